using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using RabbitMQ.Client;

namespace Sovereignty.Messaging.Bench.Relay;

/// <summary>Rows of a full outbox until they are published, confirmed and deleted, beside the same messages published with confirms from memory.</summary>
internal static class RelayBench
{
    private const string DatabaseName = "bench_messaging_relay";
    private const int Outstanding = 1000;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(2);

    public static async Task<Figure> Run(Place place, BenchPlan plan, CancellationToken cancellation)
    {
        Progress.Say("relay: preparing");
        var database = await place.Database(DatabaseName);
        var exchange = place.ExchangeOf<Relayed>();
        var queue = place.Queue("bench_messaging.relayed");
        await using var publisher = await Wire.Publisher(place.Connection);
        await Wire.DeclareQuorumQueue(publisher, queue, exchange);
        using var service = await place.Service("bench-relay", database, messaging => messaging.Publishes<Relayed>());
        await using var admin = place.Admin(DatabaseName);

        var product = new List<Measured>();
        var reference = new List<Measured>();
        await Relay(service, admin, exchange, plan.Messages, cancellation);
        await Publish(publisher, exchange, place.User, plan.Messages, cancellation);
        await publisher.QueuePurgeAsync(queue, cancellation);
        for (var round = 1; round <= plan.Rounds; round++)
        {
            product.Add(await Relay(service, admin, exchange, plan.Messages, cancellation));
            await Expect(publisher, queue, plan.Messages);
            reference.Add(await Publish(publisher, exchange, place.User, plan.Messages, cancellation));
            await Expect(publisher, queue, plan.Messages);
            Progress.Round("relay", round, plan.Rounds, product[^1], reference[^1]);
        }

        await service.StopAsync(cancellation);
        return new("Relay", "outbox rows claimed, numbered, published, confirmed, deleted", "published with confirms from memory", plan.Messages, product, reference, Goal: 0.8, GoalKind.AtLeast);
    }

    private static async Task<Measured> Relay(IHost service, NpgsqlDataSource admin, string exchange, int count, CancellationToken cancellation)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellation);
        await using (var fill = new NpgsqlCommand(
            """
            INSERT INTO messaging.outbox (message_id, exchange, routing_key, content_type, headers, body, order_key)
            SELECT gen_random_uuid(), $1, '', $2, '{}', $3, gen_random_uuid()::text FROM generate_series(1, $4)
            """,
            unit.Connection) { Parameters = { new() { Value = exchange }, new() { Value = Wire.ContentType }, new() { Value = Body().ToArray() }, new() { Value = count - 1 } } })
        {
            await fill.ExecuteNonQueryAsync(cancellation);
        }

        // One message by the usual way wakes the relay with the commit.
        unit.Publish(new Relayed(Guid.NewGuid(), ""));
        await unit.Commit(cancellation);
        var meter = new Meter();

        // Read from the end of the index: while rows are left this is one of the last, found at once.
        await using var last = admin.CreateCommand("SELECT max(id) FROM messaging.outbox");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(RunLimit);
        while (await last.ExecuteScalarAsync(limit.Token) is not DBNull)
        {
            await Task.Delay(PollInterval, limit.Token);
        }

        return meter.Stop(count);
    }

    private static async Task<Measured> Publish(IChannel channel, string exchange, string user, int count, CancellationToken cancellation)
    {
        var body = Body();
        var meter = new Meter();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Outstanding, CancellationToken = cancellation },
            (_, token) => channel.Publish(exchange, "", Guid.NewGuid(), body, user, token));
        return meter.Stop(count);
    }

    private static ReadOnlyMemory<byte> Body() => Wire.Envelope(new Relayed(Guid.NewGuid(), new string('x', 500)), NewId.NextGuid());

    private static async Task Expect(IChannel channel, string queue, int count)
    {
        if (await channel.QueuePurgeAsync(queue) is var arrived && arrived != count)
        {
            throw new InvalidOperationException($"{arrived} messages arrived on {queue}, not {count}.");
        }
    }
}
