using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using RabbitMQ.Client;

namespace Sovereignty.Messaging.Bench.Flow;

/// <summary>Keeps a number of requests on their way, the same way for both sides: begins one, waits for its end.</summary>
internal sealed class FlowDriver(Place place, string queue, string ended)
{
    public const int InFlight = 64;
    private static readonly TimeSpan RequestLimit = TimeSpan.FromMinutes(1);

    public async Task<Measured> Run(int count, CancellationToken cancellation)
    {
        var waiting = new ConcurrentDictionary<Guid, TaskCompletionSource>();
        var latencies = new ConcurrentBag<double>();
        await using var publisher = await Wire.Publisher(place.Connection);
        await using var listener = await Wire.Listen(place.Connection, ended, body =>
        {
            if (waiting.TryRemove(Wire.Read<FlowEnded>(body.Span).Message.FlowId, out var request))
            {
                request.TrySetResult();
            }
        });
        var meter = new Meter();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellation }, async (_, token) =>
        {
            var id = Guid.NewGuid();
            var request = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var begun = Stopwatch.GetTimestamp();
            var messageId = NewId.NextGuid();
            await publisher.Publish("", queue, messageId, Wire.Envelope(new BeginFlow(id, FlowData.Sample), messageId), place.User, token);
            await request.Task.WaitAsync(RequestLimit, token);
            latencies.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        });
        return meter.Stop(count, latencies);
    }
}
