using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.Messaging.Diagnostics;

/// <summary>
/// Not ready while the database is away. While the broker is, MassTransit's own check says degraded, and requests are still
/// taken: what they publish waits in the outbox. Not alive when messages wait for over a minute although the broker is there:
/// then the relay hangs, and a restart helps. An outage alone restarts nothing.
/// </summary>
internal sealed class OutboxHealth(ServiceDatabase database, RelayStatus status, MessagingMetrics metrics, TimeProvider time) : IHealthCheck
{
    public static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(60);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var live = context.Registration.Tags.Contains("live");
        try
        {
            await using var connection = await database.Consumers.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT count(*), min(created_at) FROM messaging.outbox WHERE created_at <= now()", connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var age = reader.IsDBNull(1) ? TimeSpan.Zero : time.GetUtcNow() - reader.GetFieldValue<DateTimeOffset>(1);
            metrics.Outbox(reader.GetInt64(0), age);
            if (live)
            {
                return age > StuckAfter && status.BrokerConnected && time.GetUtcNow() - status.LastRound > StuckAfter
                    ? HealthCheckResult.Unhealthy($"The relay hangs: the oldest message waits for {age.TotalSeconds:0} s.")
                    : HealthCheckResult.Healthy();
            }

            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return live ? HealthCheckResult.Healthy("The database is away.") : HealthCheckResult.Unhealthy("The database is away.");
        }
    }
}
