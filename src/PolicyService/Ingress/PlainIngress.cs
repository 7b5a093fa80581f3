using System.Globalization;
using System.Text;
using Npgsql;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Audit;
using Sovereignty.Messaging;
using Sovereignty.Messaging.Outbox;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.Evaluation;

namespace Sovereignty.PolicyService.Ingress;

/// <summary>
/// Lets publishers in that know nothing of MassTransit: what they send is checked and published again as a contract. What
/// cannot be read is kept with its reason, told to the audit log, and answered where it says whom to answer.
/// </summary>
internal sealed partial class PlainIngress(PolicySnapshots snapshots, TimeProvider time, ILogger<PlainIngress> logger) : IRawConsumer
{
    public const string Queue = "policy.ingress";
    public const string DeadLetterQueue = "policy.ingress_dead";
    public const string Exchange = "sovereignty.data-created";

    public async Task Consume(RawMessage message, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var id = IngressMessageId.Of(message);
        if (!await IsNew(unit.Connection, id, cancellationToken))
        {
            return;
        }

        var now = time.GetUtcNow();
        var (created, malformed) = IngressReader.Read(message, now);
        if (created is not null)
        {
            unit.Publish(created, new() { MessageId = id, TraceParent = message.TraceParent, Headers = PlainAnswer.Wanted });
            return;
        }

        LogMalformed(malformed!.Code, id);
        Keep(message, malformed, unit, now);
        if (malformed.TenantId is not null)
        {
            var epoch = await snapshots.Current(unit, cancellationToken);
            PlainAnswer.Send(unit, Evaluator.Refuse(epoch.Policies, malformed.TenantId, malformed.DataId, new(malformed.Code, malformed.Reason)), message.TraceParent);
        }
    }

    private static void Keep(RawMessage message, Malformed malformed, UnitOfWork unit, DateTimeOffset now)
    {
        unit.Publish(
            new MessageMalformed
            {
                OccurredAt = now,
                TenantId = malformed.TenantId,
                Actor = new Actor { Issuer = "broker", Subject = message.UserId ?? "unknown", Roles = ["service"] },
                Queue = Queue,
                DeadLetterQueue = DeadLetterQueue,
                SourceMessageId = message.MessageId,
                Code = malformed.Code,
                Reason = malformed.Reason,
            },
            new() { TraceParent = message.TraceParent });

        var headers = new Dictionary<string, string>();
        foreach (var (name, value) in message.Headers)
        {
            headers[Storable(name)!] = Storable(value)!;
        }

        headers["sov-reason"] = malformed.Code;
        headers["sov-reason-text"] = malformed.Reason;
        headers["sov-received-at"] = now.ToString("O", CultureInfo.InvariantCulture);
        headers["sov-source-message-id"] = Storable(message.MessageId) ?? "";
        headers["sov-source-content-type"] = Storable(message.ContentType) ?? "";
        headers[MessageHeaderNames.SourceUser] = Storable(message.UserId) ?? "";
        headers["sov-source-user"] = Storable(message.UserId) ?? "";
        unit.SendRaw(
            DeadLetterQueue,
            "",
            Storable(message.ContentType) ?? "application/octet-stream",
            message.Body,
            new() { TraceParent = message.TraceParent, Headers = headers });
    }

    // PostgreSQL takes no NUL in text, and half a surrogate pair has no UTF-8.
    private static string? Storable(string? text) =>
        text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    /// <summary>The broker may deliver again what was committed; a publisher may send again what it does not know to have arrived.</summary>
    private static async Task<bool> IsNew(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("INSERT INTO messaging.inbox (message_id, endpoint) VALUES ($1, $2) ON CONFLICT DO NOTHING", connection);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = Queue });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A plain message was refused with {Code} and kept; its id here is {MessageId}")]
    private partial void LogMalformed(string code, Guid messageId);
}
