using MassTransit;
using RabbitMQ.Client;

namespace Sovereignty.Messaging.Bench.Batch;

/// <summary>Question to answer: a durable batch consumer beside bare MassTransit, both on quorum queues.</summary>
internal static class BatchBench
{
    private const string DatabaseName = "bench_messaging_batch";
    private const int MaxBatch = 200;
    private const int Workers = 2;
    private const int Outstanding = 500;
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(2);

    public static async Task<Figure> Run(Place place, BenchPlan plan, CancellationToken cancellation)
    {
        Progress.Say("batch: preparing");
        var database = await place.Database(DatabaseName);
        var queue = place.Queue("bench_messaging.batch");
        var bareQueue = place.Queue("bench_messaging.bare");
        using var service = await place.Service("bench-batch", database, messaging =>
        {
            messaging.Publishes<Answered>();
            messaging.AddBatchConsumer<AnswerAsked, Asked>(queue, batch => (batch.MaxBatch, batch.Workers) = (MaxBatch, Workers));
        });
        using var bare = await place.BareService(bus =>
        {
            bus.Publish<BareAnswered>();
            bus.ReceiveEndpoint(bareQueue, endpoint =>
            {
                endpoint.SetQuorumQueue(1);
                endpoint.PrefetchCount = MaxBatch * Workers * 2;
                endpoint.ConcurrentMessageLimit = MaxBatch * Workers;
                endpoint.Consumer<BareAnswerAsked>();
            });
        });

        var product = new List<Measured>();
        var reference = new List<Measured>();
        var (asked, answered, bareAsked, bareAnswered) = (place.ExchangeOf<Asked>(), place.ExchangeOf<Answered>(), place.ExchangeOf<BareAsked>(), place.ExchangeOf<BareAnswered>());
        await Measure(place, question => new Asked(question), asked, answered, plan.Messages, cancellation);
        await Measure(place, question => new BareAsked(question), bareAsked, bareAnswered, plan.Messages, cancellation);
        for (var round = 1; round <= plan.Rounds; round++)
        {
            product.Add(await Measure(place, question => new Asked(question), asked, answered, plan.Messages, cancellation));
            reference.Add(await Measure(place, question => new BareAsked(question), bareAsked, bareAnswered, plan.Messages, cancellation));
            Progress.Round("batch", round, plan.Rounds, product[^1], reference[^1]);
        }

        await service.StopAsync(cancellation);
        await bare.StopAsync(cancellation);
        return new("Batch consume, decision out", "inbox, row and outbox in PostgreSQL", "bare MassTransit, no database", plan.Messages, product, reference, Goal: 0.5, GoalKind.AtLeast);
    }

    private static async Task<Measured> Measure<T>(
        Place place, Func<Question, T> ask, string exchange, string answers, int count, CancellationToken cancellation)
        where T : class
    {
        var messages = Enumerable.Range(0, count).Select(_ => NewId.NextGuid()).Select(id => (Id: id, Body: Wire.Envelope(ask(Question(id)), id))).ToList();
        var left = count;
        var done = new TaskCompletionSource();
        await using var listener = await Wire.Listen(place.Connection, answers, _ =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.TrySetResult();
            }
        });
        await using var publisher = await Wire.Publisher(place.Connection);
        var meter = new Meter();
        await Parallel.ForEachAsync(
            messages,
            new ParallelOptions { MaxDegreeOfParallelism = Outstanding, CancellationToken = cancellation },
            (message, token) => publisher.Publish(exchange, "", message.Id, message.Body, place.User, token));
        await done.Task.WaitAsync(RunLimit, cancellation);
        return meter.Stop(count);
    }

    private static Question Question(Guid id) =>
        new(id, "tenant-1", "eu-central-1", "Fraud prevention in card payments, weekly", ["eu-central-1", "eu-west-1", "eu-north-1"]);
}
