using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.Receiving;

namespace Sovereignty.AuditService.Appending;

/// <summary>What an entry is found by. Follows from the message alone, so that the verification can make it again.</summary>
internal sealed record SearchRow(string? Tenant, string Type, DateTimeOffset OccurredAt, Guid? UserToken, Guid? DataToken, string[] Regions, string[] Actions)
{
    public static SearchRow Of(EventFacts facts, DateTimeOffset receivedAt, SearchTokens tokens) => new(
        facts.Tenant,
        EventTypes.ShortName(facts.Type),
        facts.OccurredAt ?? receivedAt,
        facts.ActorSubject is { } user ? tokens.User(facts.Tenant, user) : null,
        facts.DataId is { } data ? tokens.Data(facts.Tenant, data) : null,
        [.. facts.Regions],
        [.. facts.Actions]);

    /// <summary>Whether a row as PostgreSQL gives it back, with its times in microseconds, is this one.</summary>
    public bool IsStoredAs(SearchRow stored) =>
        Tenant == stored.Tenant
        && Type == stored.Type
        && IsStoredAs(OccurredAt, stored.OccurredAt)
        && UserToken == stored.UserToken
        && DataToken == stored.DataToken
        && Regions.AsSpan().SequenceEqual(stored.Regions)
        && Actions.AsSpan().SequenceEqual(stored.Actions);

    public static bool IsStoredAs(DateTimeOffset time, DateTimeOffset stored) => Math.Abs(time.UtcTicks - stored.UtcTicks) < TimeSpan.TicksPerMicrosecond;
}
