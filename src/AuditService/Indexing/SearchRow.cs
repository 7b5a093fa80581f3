using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.Receiving;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Indexing;

/// <summary>What an entry is found and counted by. Follows from the entry and its body alone, so that it can be made again at any time.</summary>
internal sealed record SearchRow(
    string? Tenant, string Type, DateTimeOffset OccurredAt, Guid? UserToken, Guid? DataToken, string[] Regions, string[] Actions, string? Facet)
{
    /// <param name="entry">The entry.</param>
    /// <param name="body">Its body; null where it was erased: nothing is found by that any more.</param>
    /// <param name="tokens">Makes the tokens.</param>
    public static SearchRow Of(LogEntry entry, byte[]? body, SearchTokens tokens) => Of(entry, body is null ? null : EventReader.Read(entry, body), tokens);

    public static SearchRow Of(LogEntry entry, EventFacts? facts, SearchTokens tokens) =>
        new(
            entry.Tenant,
            entry.ShortType,
            entry.OccurredAt ?? entry.ReceivedAt,
            facts?.ActorSubject is { } user ? tokens.User(entry.Tenant, user) : null,
            facts?.Search?.DataId is { } data ? tokens.Data(entry.Tenant, data) : null,
            [.. facts?.Search?.Regions ?? []],
            [.. facts?.Search?.Actions ?? []],
            facts?.Search?.Facet);

    /// <summary>Of an entry that cannot be read nothing is known, not even the tenant: it is shown to those who run the platform.</summary>
    public static SearchRow Damaged(DateTimeOffset now) => new(Tenant: null, EventTypes.Damaged, now, null, null, [], [], null);

    /// <summary>Whether a row as PostgreSQL gives it back, with its times in microseconds, is this one.</summary>
    public bool IsStoredAs(SearchRow stored) =>
        IsStoredAs(stored.Tenant, stored.Type, stored.OccurredAt)
        && UserToken == stored.UserToken
        && DataToken == stored.DataToken
        && Regions.AsSpan().SequenceEqual(stored.Regions)
        && Actions.AsSpan().SequenceEqual(stored.Actions)
        && Facet == stored.Facet;

    /// <summary>Whether a stored row has what the entry alone says, whatever became of its body.</summary>
    public bool IsStoredAs(string? tenant, string type, DateTimeOffset occurredAt) =>
        Tenant == tenant && Type == type && Math.Abs(OccurredAt.UtcTicks - occurredAt.UtcTicks) < TimeSpan.TicksPerMicrosecond;
}
