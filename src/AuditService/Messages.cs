using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts.Audit;
using Sovereignty.Messaging;

namespace Sovereignty.AuditService;

/// <summary>What the service publishes and listens to.</summary>
internal static class Messages
{
    public static void Register(MessagingBuilder messaging)
    {
        var options = messaging.Configuration.GetSection(AuditOptions.Section).Get<AuditOptions>() ?? new();
        messaging.Publishes<MessageIdConflict>();
        messaging.Publishes<ReportIssued>();
        messaging.Publishes<CheckpointRefused>();
        messaging.Publishes<NumbersMissing>();
        messaging.Publishes<NumbersRepeated>();
        messaging.AddAudit(options.BatchSize);
    }
}
