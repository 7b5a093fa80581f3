using MassTransit;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Review;

/// <summary>
/// Whatever changes of policies, law, classification rules or regions ends in an epoch, and has all walked over; the level and
/// the place of some data change without one.
/// </summary>
internal sealed class HearPolicyChanges(UnitOfWork unit, Walker walker, TimeProvider time)
    : IConsumer<EpochActivated>,
      IConsumer<DataReclassified>,
      IConsumer<PlacementChanged>
{
    public const string Queue = "access.policy-changes";

    // The worker begins the walk: until this transaction is over nobody decides on an access.
    public Task Consume(ConsumeContext<EpochActivated> context) =>
        WalkTable.BeginEpoch(unit.Connection, context.Message.Epoch, time.Now(), context.CancellationToken);

    public Task Consume(ConsumeContext<DataReclassified> context) => Review(context.Message.TenantId, context.Message.DataId, context.CancellationToken);

    public Task Consume(ConsumeContext<PlacementChanged> context) => Review(context.Message.TenantId, context.Message.DataId, context.CancellationToken);

    private async Task Review(string? tenantId, string dataId, CancellationToken cancellationToken)
    {
        if (tenantId is not null)
        {
            await walker.GoOn(await WalkTable.BeginData(unit.Connection, tenantId, dataId, time.Now(), cancellationToken), cancellationToken);
        }
    }
}
