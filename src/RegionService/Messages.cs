using Sovereignty.Contracts.Regions;
using Sovereignty.Messaging;
using Sovereignty.RegionService.Snapshots;

namespace Sovereignty.RegionService;

/// <summary>What the service publishes and listens to.</summary>
internal static class Messages
{
    public static void Register(MessagingBuilder messaging)
    {
        messaging.Publishes<RegionRegistered>();
        messaging.Publishes<RegionUpdated>();
        messaging.Publishes<RegionStateChanged>();
        messaging.Publishes<RegionSnapshotTaken>();
        messaging.AddConsumer<AnswerSnapshotRequest>("region.snapshot-requests");
    }
}
