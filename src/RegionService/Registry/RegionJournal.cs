using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Regions;
using Sovereignty.Messaging;

namespace Sovereignty.RegionService.Registry;

/// <summary>Writes each change of a region into its history and says it to everyone, in the running transaction.</summary>
internal sealed class RegionJournal(RegionDbContext db, UnitOfWork unit, TimeProvider time)
{
    public Task Registered(RegionRow row, Actor actor, CancellationToken cancellationToken) =>
        Write(row, actor, null, cancellationToken, (region, now) => new RegionRegistered
        {
            OccurredAt = now,
            TenantId = null,
            Actor = actor,
            Region = region,
        });

    public Task Updated(RegionRow row, Actor actor, string? reason, CancellationToken cancellationToken) =>
        Write(row, actor, reason, cancellationToken, (region, now) => new RegionUpdated
        {
            OccurredAt = now,
            TenantId = null,
            Actor = actor,
            Region = region,
        });

    public Task Moved(RegionRow row, RegionState previous, Actor actor, string? reason, CancellationToken cancellationToken) =>
        Write(row, actor, reason, cancellationToken, (region, now) => new RegionStateChanged
        {
            OccurredAt = now,
            TenantId = null,
            Actor = actor,
            Previous = previous,
            Reason = reason,
            Region = region,
        });

    private async Task Write<TEvent>(RegionRow row, Actor actor, string? reason, CancellationToken cancellationToken, Func<Region, DateTimeOffset, TEvent> say)
        where TEvent : class, IEvent
    {
        var (region, now) = (row.ToContract(), time.GetUtcNow());
        db.History.Add(new RegionHistoryRow
        {
            Code = row.Code,
            Version = row.Version,
            Body = JsonSerializer.Serialize(region, ContractJson.Options),
            Reason = reason,
            OccurredAt = now,
            Actor = actor.Subject,
        });

        // Saved version by version: the one before is the concurrency token of the next.
        await db.SaveChangesAsync(cancellationToken);
        unit.Publish(say(region, now), new PublishOptions { OrderKey = row.Code });
    }
}
