using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sovereignty.Messaging.Diagnostics;

namespace Sovereignty.Messaging.Deadlines;

/// <summary>Turns due deadlines into messages; every instance sweeps, rows are shared by SKIP LOCKED. Also forgets old inbox rows.</summary>
internal sealed partial class DeadlineSweeper(IServiceScopeFactory scopes, MessagingMetrics metrics, TimeProvider time, ILogger<DeadlineSweeper> logger) : BackgroundService
{
    private const int RowsPerSweep = 200;
    private const int RowsForgottenAtOnce = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan InboxKept = TimeSpan.FromDays(14);
    private static readonly TimeSpan IdempotencyKept = TimeSpan.FromDays(1);
    private static readonly TimeSpan InboxInterval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var forgetAt = time.GetUtcNow() + InboxInterval;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    while (await Sweep(stoppingToken) == RowsPerSweep)
                    {
                    }

                    if (time.GetUtcNow() >= forgetAt)
                    {
                        while (await ForgetInbox(stoppingToken) >= RowsForgottenAtOnce)
                        {
                        }

                        forgetAt = time.GetUtcNow() + InboxInterval;
                    }
                }
                catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
                {
                    LogFailed(exception.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    internal async Task<int> Sweep(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        var now = time.GetUtcNow();
        var swept = 0;
        var latest = TimeSpan.Zero;
        await using (var command = new NpgsqlCommand(
            """
            DELETE FROM messaging.deadline
            WHERE ctid = ANY(ARRAY(SELECT ctid FROM messaging.deadline WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED))
            RETURNING correlation_id, kind, version, queue, due_at
            """,
            unit.Connection))
        {
            command.Parameters.Add(new() { Value = now });
            command.Parameters.Add(new() { Value = RowsPerSweep });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var deadline = new DeadlineReached
                {
                    CorrelationId = reader.GetGuid(0),
                    Kind = reader.GetString(1),
                    Version = reader.GetInt32(2),
                    DueAt = reader.GetFieldValue<DateTimeOffset>(4),
                };
                unit.Send(reader.GetString(3), deadline, new() { OrderKey = deadline.CorrelationId.ToString() });
                latest = now - deadline.DueAt > latest ? now - deadline.DueAt : latest;
                swept++;
            }
        }

        if (swept > 0)
        {
            await unit.Commit(cancellationToken);
        }

        metrics.DeadlinesSwept(latest);
        return swept;
    }

    private async Task<int> ForgetInbox(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            WITH answers AS (DELETE FROM messaging.idempotency WHERE created_at < $2)
            DELETE FROM messaging.inbox WHERE ctid = ANY(ARRAY(SELECT ctid FROM messaging.inbox WHERE received_at < $1 LIMIT $3))
            """,
            unit.Connection);
        command.Parameters.Add(new() { Value = time.GetUtcNow() - InboxKept });
        command.Parameters.Add(new() { Value = time.GetUtcNow() - IdempotencyKept });
        command.Parameters.Add(new() { Value = RowsForgottenAtOnce });
        var forgotten = await command.ExecuteNonQueryAsync(cancellationToken);
        await unit.Commit(cancellationToken);
        return forgotten;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sweep failed and will be tried again: {Reason}")]
    private partial void LogFailed(string reason);
}
