using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sovereignty.Messaging.Diagnostics;

/// <summary>
/// Not alive when the broker takes connections and the bus has still not come up after a minute: there are errors at its start
/// after which MassTransit never tries again. While the broker is away there is nothing to restart for.
/// </summary>
internal sealed class BusHealth(IBusControl bus, Uri broker, TimeProvider time) : IHealthCheck
{
    public static readonly TimeSpan ComesUpWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);
    private DateTimeOffset? _brokerThereSince;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (bus.CheckHealth().Status == BusHealthStatus.Healthy || !await BrokerIsThere(cancellationToken))
        {
            _brokerThereSince = null;
            return HealthCheckResult.Healthy();
        }

        _brokerThereSince ??= time.GetUtcNow();
        return time.GetUtcNow() - _brokerThereSince > ComesUpWithin
            ? HealthCheckResult.Unhealthy("The bus does not come up although the broker is there.")
            : HealthCheckResult.Healthy("The bus is coming up.");
    }

    private async Task<bool> BrokerIsThere(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectLimit);
        try
        {
            await using var connection = await new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false }.CreateConnectionAsync("liveness", limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is RabbitMQClientException or IOException or OperationCanceledException or TimeoutException)
        {
            return false;
        }
    }
}
