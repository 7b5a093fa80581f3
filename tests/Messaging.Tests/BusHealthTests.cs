using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using RabbitMQ.Client;
using Sovereignty.Messaging.Diagnostics;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

[Collection(nameof(RealParts))]
public sealed class BusHealthTests(RealParts parts)
{
    [Fact]
    public async Task A_bus_that_stays_down_beside_a_broker_that_is_there_is_not_alive_after_a_minute()
    {
        await using var service = await TestService.Start(parts, "bus_health", bus => bus.Publishes<Ping>());
        await using var broker = new CutOff(parts.Broker.Host, parts.Broker.Port);
        var address = new UriBuilder(parts.Broker) { Port = broker.Port }.Uri;
        var (down, time) = (Bus.Factory.CreateUsingRabbitMq(bus => bus.Host(address)), new FakeTimeProvider());
        var health = new BusHealth(down, address, time);

        Assert.Equal(HealthStatus.Healthy, await Check(health));
        time.Advance(BusHealth.ComesUpWithin * 0.9);
        Assert.Equal(HealthStatus.Healthy, await Check(health));

        // An outage begins the minute anew.
        await broker.Cut();
        Assert.Equal(HealthStatus.Healthy, await Check(health));
        time.Advance(BusHealth.ComesUpWithin * 2);
        Assert.Equal(HealthStatus.Healthy, await Check(health));
        broker.Mend();
        Assert.Equal(HealthStatus.Healthy, await Check(health));
        time.Advance(BusHealth.ComesUpWithin * 1.1);
        Assert.Equal(HealthStatus.Unhealthy, await Check(health));

        var up = new BusHealth(service.Services.GetRequiredService<IBusControl>(), address, time);
        Assert.Equal(HealthStatus.Healthy, await Check(up));
        time.Advance(BusHealth.ComesUpWithin * 2);
        Assert.Equal(HealthStatus.Healthy, await Check(up));
    }

    private static async Task<HealthStatus> Check(BusHealth health) =>
        (await health.CheckHealthAsync(new() { Registration = new("bus", health, null, null) })).Status;
}
