using Sovereignty.Contracts.Access;

namespace Sovereignty.Client;

/// <summary>
/// A grant as a check reads it, in a chain of a table: all that a check looks at lies in one object, since with many grants each
/// object more is a wait for memory. It never changes, so that readers need no lock.
/// </summary>
internal sealed class GrantEntry(AccessGrant grant, string[] actions, int hash, long overAt, GrantEntry? next)
{
    public readonly string DataId = grant.DataId;
    public readonly string Subject = grant.Subject;
    public readonly string TenantId = grant.TenantId;
    public readonly string Region = grant.Region;
    public readonly string Purpose = grant.Purpose;
    public readonly string[] Actions = actions;
    public readonly AccessGrant Grant = grant;
    public readonly GrantEntry? Next = next;
    public readonly long StartsAt = grant.StartsAt.UtcTicks;
    public readonly long EndsAt = grant.EndsAt.UtcTicks;
    public readonly long OverAt = overAt;
    public readonly int Hash = hash;
    public readonly GrantState State = grant.State;
    public readonly bool HasBudget = grant.HasBudget;

    public GrantEntry(AccessGrant grant)
        : this(grant, [.. grant.Actions], 0, grant.EndsAt.UtcTicks, null)
    {
    }

    /// <summary>The same before another rest of the chain.</summary>
    public GrantEntry Before(GrantEntry? rest) => new(Grant, Actions, Hash, OverAt, rest);
}
