using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Regions;
using Sovereignty.Messaging;
using Sovereignty.RegionService.Registry;

namespace Sovereignty.RegionService.Snapshots;

internal sealed class AnswerSnapshotRequest(RegionDbContext db, UnitOfWork unit, TimeProvider time) : IConsumer<RequestRegionSnapshot>
{
    public async Task Consume(ConsumeContext<RequestRegionSnapshot> context)
    {
        var rows = await db.Regions.AsNoTracking().OrderBy(row => row.Code).ToListAsync(context.CancellationToken);
        var taken = new RegionSnapshotTaken
        {
            OccurredAt = time.GetUtcNow(),
            TenantId = null,
            Actor = Actor.Service("region-service"),
            Regions = [.. rows.Select(row => row.ToContract())],
        };
        unit.Publish(taken, PublishOptions.CausedBy(context));
    }
}
