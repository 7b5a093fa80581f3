using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Sovereignty.Messaging.Diagnostics;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

[Collection(nameof(RealParts))]
public sealed class DeadlineLagTests(RealParts parts)
{
    [Fact]
    public async Task A_deadline_that_was_due_before_shows_how_late_it_is_applied()
    {
        await using var service = await TestService.Start(parts, "deadline_lag", bus => bus.Publishes<Ping>());
        var due = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(90);

        await service.Commit(unit => unit.SetDeadline("nowhere", new() { CorrelationId = Guid.NewGuid(), Kind = "test", Version = 1, DueAt = due }));

        await Eventually.True(() => Lag(service.Services) >= 90, "the lag is shown");
        Assert.InRange(Lag(service.Services), 90, 150);
    }

    [Fact]
    public void The_latest_of_a_minute_stays_to_be_seen_and_time_without_a_sweep_counts()
    {
        var time = new FakeTimeProvider();
        using var services = new ServiceCollection().AddMetrics().AddSingleton<TimeProvider>(time).AddSingleton<MessagingMetrics>().BuildServiceProvider();
        var metrics = services.GetRequiredService<MessagingMetrics>();

        metrics.DeadlinesSwept(TimeSpan.FromSeconds(3));
        metrics.DeadlinesSwept(TimeSpan.FromSeconds(2));
        Assert.Equal(3, Lag(services));

        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(61, Lag(services));

        metrics.DeadlinesSwept(TimeSpan.Zero);
        Assert.Equal(0, Lag(services));
    }

    private static double Lag(IServiceProvider services)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        var lag = double.NaN;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name == "deadline_lag_seconds" && instrument.Meter.Scope == meters)
            {
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => lag = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return lag;
    }
}
