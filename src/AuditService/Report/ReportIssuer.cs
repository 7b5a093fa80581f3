using System.Security.Cryptography;
using System.Text.Json;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Audit;

namespace Sovereignty.AuditService.Report;

/// <summary>Makes the issue of a report an entry, under the hash of the report's bytes.</summary>
internal sealed class ReportIssuer(LogAppender appender)
{
    /// <returns>The report's name in the log, and the index of its entry there.</returns>
    public async Task<(string Name, long Index)> Issue(AuditReport report, byte[] bytes, Actor actor, CancellationToken ct)
    {
        var issued = Event(report, bytes, actor);
        var outcome = await appender.Append(Message(issued), ct);
        return (issued.Report, outcome.Index);
    }

    // All of it follows from the bytes: the same report is the same message.
    public static ReportIssued Event(AuditReport report, byte[] bytes, Actor actor) => new()
    {
        OccurredAt = report.GeneratedAt,
        TenantId = report.TenantId,
        Actor = actor,
        Report = $"sha-256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}",
        Bytes = bytes.Length,
        CheckpointSize = report.Checkpoint.Size,
        CheckpointRoot = report.Checkpoint.Root,
        Scope = new()
        {
            From = report.From,
            To = report.To,
            ByUser = report.Filters.User is not null,
            ByData = report.Filters.DataId is not null,
            Region = report.Filters.Region,
            Action = report.Filters.Action,
            Type = report.Filters.Type,
        },
        Events = report.Totals.Events,
        Shown = report.Log.Items.Count,
    };

    private static ReceivedMessage Message(ReportIssued issued) => new()
    {
        Body = JsonSerializer.SerializeToUtf8Bytes(
            new { messageId = issued.Report, messageType = (string[])[$"urn:message:{typeof(ReportIssued).Namespace}:{nameof(ReportIssued)}"], message = issued },
            ContractJson.Options),
        ReceivedAt = issued.OccurredAt,
        MessageId = issued.Report,
        ContentType = "application/vnd.masstransit+json",
        Source = ConflictAlarm.ServiceName,
    };
}
