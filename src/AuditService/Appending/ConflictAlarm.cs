using System.Text.Json;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Audit;

namespace Sovereignty.AuditService.Appending;

/// <summary>The alarm for a message id that came again with other bytes, as a message like any other. The same conflict always gives the same message id.</summary>
internal static class ConflictAlarm
{
    public const string ServiceName = "audit-service";

    public static ReceivedMessage Of(PreparedEntry second, Guid id, long firstIndex, DateTimeOffset now)
    {
        var alarm = new MessageIdConflict
        {
            OccurredAt = now,
            TenantId = second.Tenant,
            Actor = Actor.Service(ServiceName),
            ConflictingMessageId = second.MessageId,
            FirstIndex = firstIndex,
            BodyHash = Convert.ToHexStringLower(second.BodyTag),
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                messageId = id,
                messageType = (string[])[$"urn:message:{typeof(MessageIdConflict).Namespace}:{nameof(MessageIdConflict)}"],
                message = alarm,
            },
            ContractJson.Options);
        return new ReceivedMessage
        {
            Body = body,
            ReceivedAt = now,
            MessageId = id.ToString(),
            ContentType = "application/vnd.masstransit+json",
            Source = ServiceName,
        };
    }
}
