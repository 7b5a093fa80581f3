using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts.Data;
using Sovereignty.Messaging.Bench;

namespace Sovereignty.Audit.Bench;

/// <summary>From a quorum queue into the log, beside a bare MassTransit consumer that reads the same messages from such a queue and drops them.</summary>
internal static class BrokerBench
{
    private const int Batch = 1_000;
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(3);

    /// <summary>Empties a queue that was filled before.</summary>
    public static async Task<Figure> Drain(Place place, BenchLog log, BenchPlan plan, CancellationToken ct)
    {
        Progress.Say("broker: preparing");
        var (product, reference) = (new List<Measured>(), new List<Measured>());
        for (var round = 0; round <= plan.Rounds; round++)
        {
            var ours = await Drain(place, "bench_audit.events", plan.Entries, (queue, received) => Log(place, log, queue, received), ct);
            var bare = await Drain(place, "bench_audit.bare", plan.Entries, (queue, received) => Bare(place, queue, received), ct);
            if (round > 0)
            {
                product.Add(ours);
                reference.Add(bare);
                Progress.Round("broker", round, plan.Rounds, ours, bare);
            }
        }

        return new("From a full quorum queue", "durable entries, then acknowledged", "bare MassTransit consumer, reads and drops", plan.Entries, product, reference, Goal: 0.8, GoalKind.AtLeast);
    }

    /// <summary>How long after its publication a message is durable in the log, at a steady rate.</summary>
    public static async Task<Limit> Latency(Place place, BenchLog log, BenchPlan plan, CancellationToken ct)
    {
        Progress.Say($"latency: {plan.Rate:N0} messages a second for {plan.Seconds} s");
        var ours = await Steady(place, "bench_audit.events", plan, (queue, received) => Log(place, log, queue, received), ct);
        var bare = await Steady(place, "bench_audit.bare", plan, (queue, received) => Bare(place, queue, received), ct);
        return new(
            $"Published until durable, {plan.Rate:N0}/s for {plan.Seconds} s, p99", "ms", ours.P99!.Value, Goal: 500,
            $"p50 {ours.P50:0.0}; bare consumer p50 {bare.P50:0.0}, p99 {bare.P99:0.0}");
    }

    private static async Task<Measured> Drain(Place place, string queue, int count, Func<string, Received, Task<IHost>> start, CancellationToken ct)
    {
        await using var channel = await Declare(place, queue, start);
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Batch, CancellationToken = ct }, (i, token) => Publish(channel, queue, place.User, BenchLog.Message(i), token));
        var received = new Received(count);
        GC.Collect();
        var meter = new Meter();
        using var host = await start(queue, received);
        await received.All.WaitAsync(RunLimit, ct);
        var measured = meter.Stop(count) with { PerSecond = count / received.Elapsed.TotalSeconds };
        await host.StopAsync(ct);
        return measured;
    }

    private static async Task<Measured> Steady(Place place, string queue, BenchPlan plan, Func<string, Received, Task<IHost>> start, CancellationToken ct)
    {
        const int PerTick = 10;
        var count = plan.Rate * plan.Seconds;
        await using var channel = await Declare(place, queue, start);
        var received = new Received(count);
        using var host = await start(queue, received);
        var published = new List<(Guid Id, long At)>(count);
        var publishing = new List<Task>(count);
        var meter = new Meter();
        using (var timer = new PeriodicTimer(TimeSpan.FromSeconds((double)PerTick / plan.Rate)))
        {
            while (published.Count < count && await timer.WaitForNextTickAsync(ct))
            {
                for (var i = 0; i < PerTick; i++)
                {
                    var message = BenchLog.Message(published.Count);
                    published.Add((Guid.Parse(message.MessageId!), Stopwatch.GetTimestamp()));
                    publishing.Add(Publish(channel, queue, place.User, message, ct).AsTask());
                }
            }
        }

        await Task.WhenAll(publishing);
        await received.All.WaitAsync(RunLimit, ct);
        var measured = meter.Stop(count, published.Select(message => Stopwatch.GetElapsedTime(message.At, received.DoneAt(message.Id)).TotalMilliseconds));
        await host.StopAsync(ct);
        return measured;
    }

    // The consumer declares its queue itself, with its own arguments.
    private static async Task<IChannel> Declare(Place place, string queue, Func<string, Received, Task<IHost>> start)
    {
        using (var host = await start(place.Queue(queue), new Received(1)))
        {
            await host.StopAsync();
        }

        return await Wire.Publisher(place.Connection);
    }

    private static ValueTask Publish(IChannel channel, string queue, string user, ReceivedMessage message, CancellationToken ct) =>
        channel.Publish("", queue, Guid.Parse(message.MessageId!), message.Body, user, ct);

    private static Task<IHost> Log(Place place, BenchLog log, string queue, Received received) => place.Service(
        "bench-audit",
        log.ConnectionString,
        messaging => messaging.AddAudit(queue, Batch, []),
        services => services
            .AddReceiveObserver(_ => received)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(_ => log.Appender(Batch))
            .AddSingleton<AuditFilter>());

    private static Task<IHost> Bare(Place place, string queue, Received received) => place.BareService(
        bus => bus.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.SetQuorumQueue(1);
            endpoint.PrefetchCount = 2 * Batch;
            endpoint.ConcurrentMessageLimit = Batch;
            endpoint.Handler<DataCreated>(_ => Task.CompletedTask);
        }),
        services => services.AddReceiveObserver(_ => received));
}
