namespace Sovereignty.Contracts.Access;

/// <summary>A grant as an enforcer keeps it: everything that a check looks at. Of two states of one request the higher version counts.</summary>
public sealed record AccessGrant
{
    /// <summary>The request it came from.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The request's version.</summary>
    public required int Version { get; init; }

    /// <summary>The grant.</summary>
    public required Guid GrantId { get; init; }

    /// <summary>The tenant whose data it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>Who may see it, as the <c>sub</c> of the token.</summary>
    public required string Subject { get; init; }

    /// <summary>The data.</summary>
    public required string DataId { get; init; }

    /// <summary>The code of the region through which it is seen.</summary>
    public required string Region { get; init; }

    /// <summary>For what, a code in kebab-case.</summary>
    public required string Purpose { get; init; }

    /// <summary>What may be done, codes in kebab-case.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>It holds from this moment on, in UTC.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>It holds before this moment, in UTC.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Whether it holds between the two.</summary>
    public required GrantState State { get; init; }

    /// <summary>Whether uses are counted: then only a recorded use may be made of it.</summary>
    public bool HasBudget { get; init; }
}

/// <summary>What became of a grant.</summary>
public enum GrantState
{
    /// <summary>It is checked once more before it holds.</summary>
    Scheduled,

    /// <summary>It holds from its start until before its end.</summary>
    Active,

    /// <summary>It does not hold for now.</summary>
    Suspended,

    /// <summary>Its time was over.</summary>
    Ended,

    /// <summary>The requester gave it back.</summary>
    GivenBack,

    /// <summary>Its budget is used up.</summary>
    Exhausted,

    /// <summary>It was revoked.</summary>
    Revoked,
}
