using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sovereignty.Messaging.Database;

namespace Sovereignty.Messaging.Outbox;

/// <summary>
/// Moves committed messages to the broker, in the order of their rows, and deletes those that the broker confirmed.
/// One instance of a service relays at a time: it holds an advisory lock, which PostgreSQL frees the moment it dies.
/// </summary>
internal sealed partial class OutboxRelay(
    ServiceDatabase database, BrokerPublisher broker, IBusControl bus, RelaySignal signal, RelayStatus status, TimeProvider time, ILogger<OutboxRelay> logger)
    : BackgroundService
{
    private const int RowsPerRound = 1000;
    private const long LeaderLock = 0x534F_5645_5245_4947;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Before the bus stands, an exchange may be there without the binding that leads to the log.
        await ((Task)bus.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var attempt = 1; !stoppingToken.IsCancellationRequested; attempt++)
        {
            try
            {
                // Its end frees the lock, however it comes about.
                await using (var connection = await database.Relay.OpenConnectionAsync(stoppingToken))
                {
                    if (await TryLead(connection, stoppingToken))
                    {
                        attempt = 0;
                        await Relay(connection, stoppingToken);
                    }
                }

                await Task.Delay(PollInterval, time, stoppingToken);
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

    private static async Task<bool> TryLead(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock({LeaderLock})", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task Relay(NpgsqlConnection connection, CancellationToken stoppingToken)
    {
        var claims = await OutboxClaims.Recover(connection, stoppingToken);
        var outcome = RelayOutcome.Empty;
        while (true)
        {
            // After the stop is asked for, one more round records what the broker has confirmed.
            var rows = await claims.Next(outcome, stoppingToken.IsCancellationRequested ? 0 : RowsPerRound, time.GetUtcNow(), CancellationToken.None);
            status.Report(time.GetUtcNow());
            outcome = RelayOutcome.Empty;
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            if (rows.Count == 0)
            {
                await signal.Wait(PollInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            outcome = await broker.Publish(rows, stoppingToken);
            if (outcome.Failed.Count > 0)
            {
                LogPostponed(outcome.Failed.Count, outcome.Failed[0].Error);
            }

            if (outcome.Confirmed.Count == 0)
            {
                await Task.Delay(PollInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Relay interrupted by {Error}: {Reason}")]
    private partial void LogInterrupted(string error, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker did not take {Count} messages: {Reason}")]
    private partial void LogPostponed(int count, string reason);
}
