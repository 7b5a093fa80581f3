using MassTransit;
using Sovereignty.Contracts.Regions;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;

namespace Sovereignty.PolicyService.Regions;

/// <summary>Keeps the regions as RegionService tells them; each change begins a policy epoch.</summary>
internal sealed class ProjectRegions(UnitOfWork unit, PolicySnapshots snapshots)
    : IConsumer<RegionRegistered>, IConsumer<RegionUpdated>, IConsumer<RegionStateChanged>, IConsumer<RegionSnapshotTaken>
{
    public Task Consume(ConsumeContext<RegionRegistered> context) => Apply([context.Message.Region], snapshotOf: null, context.CancellationToken);

    public Task Consume(ConsumeContext<RegionUpdated> context) => Apply([context.Message.Region], snapshotOf: null, context.CancellationToken);

    public Task Consume(ConsumeContext<RegionStateChanged> context) => Apply([context.Message.Region], snapshotOf: null, context.CancellationToken);

    public Task Consume(ConsumeContext<RegionSnapshotTaken> context) => Apply(context.Message.Regions, context.Message.OccurredAt, context.CancellationToken);

    private async Task Apply(IReadOnlyList<Region> regions, DateTimeOffset? snapshotOf, CancellationToken cancellationToken)
    {
        await PolicySnapshots.Lock(unit, cancellationToken);
        var changed = await RegionTable.Apply(unit.Connection, regions, cancellationToken);
        var complete = snapshotOf is { } taken && await RegionTable.MarkComplete(unit.Connection, taken, cancellationToken);
        if (changed || complete)
        {
            await snapshots.Begin(unit, cancellationToken);
        }
    }
}
