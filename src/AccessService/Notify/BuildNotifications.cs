using System.Text.Json;
using MassTransit;
using Npgsql;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Notify;

/// <summary>
/// Hears what the service itself published after its commit, and keeps what is to be delivered. The queue keeps no order, so
/// the events of one request take turns, and one that comes late is judged by the request as it is now.
/// </summary>
internal sealed class BuildNotifications(UnitOfWork unit, TimeProvider time)
    : IConsumer<AccessRouted>,
      IConsumer<AccessReminded>,
      IConsumer<AccessEscalated>,
      IConsumer<AccessStalled>,
      IConsumer<AccessRefused>,
      IConsumer<AccessGranted>,
      IConsumer<AccessDenied>,
      IConsumer<AccessWithdrawn>,
      IConsumer<AccessLapsed>,
      IConsumer<AccessSuspended>,
      IConsumer<AccessResumed>,
      IConsumer<AccessShortened>,
      IConsumer<AccessExhausted>,
      IConsumer<AccessRevoked>,
      IConsumer<AccessEnded>
{
    public Task Consume(ConsumeContext<AccessRouted> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessReminded> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessEscalated> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessStalled> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessRefused> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessGranted> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessDenied> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessWithdrawn> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessLapsed> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessSuspended> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessResumed> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessShortened> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessExhausted> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessRevoked> context) => Build(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AccessEnded> context) => Build(context.Message, context.CancellationToken);

    private async Task Build(IAccessEvent happened, CancellationToken cancellationToken)
    {
        await TakeTurn(happened.RequestId, cancellationToken);
        var now = time.Now();
        var audience = await ListenerQueries.Find(unit.Connection, happened.RequestId, now, cancellationToken)
            ?? throw new InvalidOperationException($"There is no request {happened.RequestId} to tell of.");
        await using var batch = new NpgsqlBatch(unit.Connection);
        foreach (var notification in NotificationRules.For(happened, audience))
        {
            var id = Guid.CreateVersion7(now);
            var body = JsonSerializer.Serialize(NotificationBody.Of(id, notification, happened), ContractJson.Options);

            // The lock: a webhook that is being disabled gets nothing that would wait for ever.
            batch.BatchCommands.Add(new(
                """
                INSERT INTO access.delivery (delivery_id, webhook_id, tenant_id, kind, request_id, body, created_at, next_attempt_at)
                SELECT $1, webhook_id, tenant_id, $3, $4, $5, $6, $6 FROM access.webhook WHERE webhook_id = $2 AND disabled_at IS NULL FOR SHARE
                """)
            {
                Parameters =
                {
                    new() { Value = id },
                    new() { Value = notification.WebhookId },
                    new() { Value = notification.Kind.Name() },
                    new() { Value = happened.RequestId },
                    new() { Value = body },
                    new() { Value = now },
                },
            });
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task TakeTurn(Guid requestId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", unit.Connection);
        command.Parameters.Add(new() { Value = $"access.notifications {requestId}" });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>What a receiver gets: enough to know where to look, and nothing of what people wrote or are called.</summary>
internal sealed record NotificationBody(
    Guid Id,
    NotificationKind Kind,
    DateTimeOffset OccurredAt,
    Guid RequestId,
    string? TenantId,
    string State,
    int Version,
    string DataId,
    string SourceRegion,
    string TargetRegion,
    string Message)
{
    public static NotificationBody Of(Guid id, Notification notification, IAccessEvent happened) => new(
        id,
        notification.Kind,
        happened.OccurredAt,
        happened.RequestId,
        happened.TenantId,
        notification.State,
        happened.Version,
        happened.DataId,
        happened.SourceRegion,
        happened.TargetRegion,
        notification.Message);
}
