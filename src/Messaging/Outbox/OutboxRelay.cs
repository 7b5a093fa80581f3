using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Deployment;

namespace Sovereignty.Messaging.Outbox;

/// <summary>
/// Moves committed messages to the broker, in the order of their rows, and deletes those that the broker confirmed.
/// One instance of a service relays at a time: it holds an advisory lock, which PostgreSQL frees the moment it dies. The
/// others wake it after their commits.
/// </summary>
internal sealed partial class OutboxRelay(
    ServiceDatabase database,
    BrokerPublisher broker,
    IBusControl bus,
    IConfiguration configuration,
    RelaySignal signal,
    RelayStatus status,
    TimeProvider time,
    ILogger<OutboxRelay> logger)
    : BackgroundService
{
    private const int RowsPerRound = 1000;
    private const long LeaderLock = 0x534F_5645_5245_4947;
    private const string Channel = "messaging_outbox";
    private static readonly TimeSpan OutageInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!DeployedTopology.IsIn(configuration))
        {
            // Before the bus stands, an exchange may be there without the binding that leads to the log.
            await ((Task)bus.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        for (var attempt = 1; !stoppingToken.IsCancellationRequested; attempt++)
        {
            try
            {
                // Its end frees the lock, however it comes about.
                await using var connection = await database.Relay.OpenConnectionAsync(stoppingToken);
                while (!await TryLead(connection, stoppingToken))
                {
                    attempt = 0;
                    await signal.Wait(stoppingToken);
                }

                attempt = 0;
                using var leading = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                var listening = Listen(leading.Token);
                try
                {
                    await Relay(connection, stoppingToken);
                }
                finally
                {
                    await leading.CancelAsync();
                    await listening;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception exception)
            {
                LogInterrupted(exception.GetType().Name, exception.Message);
                await Task.Delay(Transient.Delay(Math.Max(1, attempt)), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Takes the lead if it is free, or else tells who has it that there may be something to send.</summary>
    private static async Task<bool> TryLead(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new($"SELECT pg_try_advisory_lock({LeaderLock})"), new($"NOTIFY {Channel}") },
        };
        return (bool)(await batch.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task Listen(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.Relay.OpenConnectionAsync(cancellationToken);
                connection.Notification += (_, _) => signal.Set();
                await using var listen = new NpgsqlCommand($"LISTEN {Channel}", connection);
                await listen.ExecuteNonQueryAsync(cancellationToken);
                while (true)
                {
                    await connection.WaitAsync(cancellationToken);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or NpgsqlException or TimeoutException)
            {
                await Task.Delay(OutageInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Relay(NpgsqlConnection connection, CancellationToken stoppingToken)
    {
        var claims = await OutboxClaims.Recover(connection, stoppingToken);
        var rows = await Next(RelayOutcome.Empty, []);
        var unrecorded = RelayOutcome.Empty;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (rows.Count == 0)
            {
                await signal.Wait(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                rows = await Next(RelayOutcome.Empty, []);
                continue;
            }

            var publishing = broker.Publish(rows, stoppingToken);
            IReadOnlyList<OutboxRow> ahead = [];
            RelayOutcome outcome;
            try
            {
                // A full round has more behind it, which is read while this one is on its way.
                if (rows.Count == RowsPerRound)
                {
                    ahead = await Next(unrecorded, rows);
                    unrecorded = RelayOutcome.Empty;
                }
            }
            finally
            {
                outcome = await publishing;
                status.Published?.Invoke();
            }

            if (outcome.Failed.Count > 0)
            {
                LogPostponed(outcome.Failed.Count, outcome.Failed[0].Error);
            }

            if (outcome.Confirmed.Count == 0)
            {
                await Task.Delay(OutageInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            // Where a row was not taken, rows of its key that were read ahead must not overtake it.
            (rows, unrecorded) = ahead.Count > 0 && outcome.Confirmed.Count == rows.Count
                ? (ahead, outcome)
                : (await Next(outcome.And(unrecorded), []), RelayOutcome.Empty);
        }

        await Next(unrecorded, []);

        async Task<IReadOnlyList<OutboxRow>> Next(RelayOutcome last, IReadOnlyList<OutboxRow> underway)
        {
            // After the stop is asked for, one more round records what the broker has confirmed.
            var limit = stoppingToken.IsCancellationRequested ? 0 : RowsPerRound;
            var next = await claims.Next(last, underway, limit, time.GetUtcNow(), CancellationToken.None);
            status.Report(time.GetUtcNow());
            return next;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Relay interrupted by {Error}: {Reason}")]
    private partial void LogInterrupted(string error, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker did not take {Count} messages: {Reason}")]
    private partial void LogPostponed(int count, string reason);
}
