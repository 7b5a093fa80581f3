using MassTransit;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Review;

/// <summary>
/// Whatever changes of policies, law, classification rules or regions ends in an epoch, and has all walked over; the level of
/// some data changes without one.
/// </summary>
internal sealed class HearPolicyChanges(UnitOfWork unit, Walker walker, TimeProvider time) : IConsumer<EpochActivated>, IConsumer<DataReclassified>
{
    public const string Queue = "access.policy-changes";

    // The worker begins the walk: until this transaction is over nobody decides on an access.
    public Task Consume(ConsumeContext<EpochActivated> context) =>
        WalkTable.BeginEpoch(unit.Connection, context.Message.Epoch, time.Now(), context.CancellationToken);

    public async Task Consume(ConsumeContext<DataReclassified> context)
    {
        if (context.Message.TenantId is { } tenant)
        {
            var walk = await WalkTable.BeginData(unit.Connection, tenant, context.Message.DataId, time.Now(), context.CancellationToken);
            await walker.GoOn(walk, context.CancellationToken);
        }
    }
}
