using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sovereignty.Messaging.Outbox;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

[Collection(nameof(RealParts))]
public sealed class OutboxTests(RealParts parts)
{
    [Fact]
    public async Task What_a_committed_transaction_published_arrives_once_and_leaves_the_outbox()
    {
        var heard = new Heard<Ping>();
        await using var service = await TestService.Start(parts, "outbox_commit", bus => bus.AddConsumer<Listener>("outbox_commit.pings"), services => services.AddSingleton(heard));

        await service.Commit(unit =>
        {
            for (var i = 0; i < 50; i++)
            {
                unit.Publish(new Ping(i));
            }
        });

        await Eventually.True(() => heard.Messages.Count >= 50, "all pings are heard");
        await Eventually.True(async () => await service.Count("SELECT count(*) FROM messaging.outbox") == 0, "the outbox is empty");
        Assert.Equal(Enumerable.Range(0, 50), heard.Messages.Select(ping => ping.Number).Order());
    }

    [Fact]
    public async Task What_a_rolled_back_transaction_published_never_leaves()
    {
        var heard = new Heard<Ping>();
        await using var service = await TestService.Start(parts, "outbox_rollback", bus => bus.AddConsumer<Listener>("outbox_rollback.pings"), services => services.AddSingleton(heard));

        await using (var scope = service.Services.CreateAsyncScope())
        {
            var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
            await unit.BeginForConsumer(CancellationToken.None);
            unit.Publish(new Ping(1));
        }

        await service.Commit(unit => unit.Publish(new Ping(2)));
        await Eventually.True(() => !heard.Messages.IsEmpty, "the second ping is heard");
        Assert.Equal([2], heard.Messages.Select(ping => ping.Number));
    }

    [Fact]
    public async Task Publishing_after_the_commit_is_loud()
    {
        await using var service = await TestService.Start(parts, "outbox_late", bus => bus.Publishes<Ping>());
        await using var scope = service.Services.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(CancellationToken.None);
        await unit.Commit(CancellationToken.None);

        Assert.Throws<InvalidOperationException>(() => unit.Publish(new Ping(1)));
    }

    [Fact]
    public async Task Numbers_have_no_gaps_and_rows_of_one_key_keep_their_order_around_a_row_the_broker_refuses()
    {
        await using var service = await TestService.Start(parts, "outbox_order", bus => bus.Publishes<Ping>());
        var received = await Tap(service, OutboxMessageFactory.ExchangeOf<Ping>());

        await service.Commit(unit =>
        {
            unit.SendRaw("no.such.exchange", "", "text/plain", "lost"u8.ToArray(), new() { OrderKey = "bad" });
            unit.Publish(new Ping(-1), new() { OrderKey = "bad" });
            unit.SendRaw("", "nowhere", new string('x', 300), "too long a content type for AMQP"u8.ToArray());
            for (var i = 0; i < 100; i++)
            {
                unit.Publish(new Ping(i), new() { OrderKey = i % 2 == 0 ? "even" : "odd" });
            }
        });

        await Eventually.True(() => received.Count >= 100, "all good rows arrive");
        await Eventually.True(async () => await service.Count("SELECT count(*) FROM messaging.outbox WHERE attempts > 0 AND last_error IS NOT NULL") == 2, "the refused rows say why");
        Assert.Equal(3, await service.Count("SELECT count(*) FROM messaging.outbox"));
        var numbers = received.Select(message => message.Number).ToList();
        Assert.Equal(Enumerable.Range(2, 100).Select(i => (long)i), numbers.Order());
        foreach (var parity in new[] { 0, 1 })
        {
            var ofKey = numbers.Where(number => number % 2 == parity).ToList();
            Assert.Equal(ofKey.Order(), ofKey);
        }
    }

    [Fact]
    public async Task Of_two_instances_one_relays_and_the_other_takes_over()
    {
        var heard = new Heard<Ping>();
        await using var first = await TestService.Start(parts, "outbox_two", bus => bus.AddConsumer<Listener>("outbox_two.pings"), services => services.AddSingleton(heard));
        await using (var second = await TestService.Start(parts, "outbox_two", bus => bus.Publishes<Ping>()))
        {
            // Neither looks by itself any more, so that the one that leads must be told.
            NeverLook(first);
            NeverLook(second);
            for (var i = 0; i < 3; i++)
            {
                await second.Commit(unit => unit.Publish(new Ping(1)));
                await Eventually.True(() => heard.Messages.Count == i + 1, "a row of the instance that does not lead is relayed");
            }
        }

        await first.Commit(unit => unit.Publish(new Ping(2)));
        await Eventually.True(() => heard.Messages.Count == 4, "rows are relayed after one instance left");
    }

    [Fact]
    public async Task Only_what_is_published_is_numbered_so_that_the_log_hears_every_number()
    {
        await using var service = await TestService.Start(parts, "outbox_sent", bus => bus.Publishes<Ping>());
        await service.StopRelay();
        await service.Commit(unit =>
        {
            unit.Send("outbox_sent.pings", new Ping(0));
            unit.Publish(new Ping(1));
            unit.SendRaw("sovereignty.decisions", "", "text/plain", "answer"u8.ToArray());
            unit.Publish(new Ping(2));
            unit.Send("outbox_sent.pings", new Ping(3));
        });

        await using var connection = await service.Database.OpenConnectionAsync();
        var first = await OutboxClaims.Recover(connection, CancellationToken.None);
        var taken = await first.Next(RelayOutcome.Empty, [], 4, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Equal([null, 1, null, 2], taken.Select(row => row.Number));
        taken = await first.Next(new([taken[1].Id], []), [], 6, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Equal([null, null, 2, null], taken.Select(row => row.Number));

        var second = await OutboxClaims.Recover(connection, CancellationToken.None);
        taken = await second.Next(RelayOutcome.Empty, [], 6, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Equal([null, null, 2, null], taken.Select(row => row.Number));
    }

    [Fact]
    public async Task A_message_that_is_sent_again_has_the_number_it_had_whoever_sends_it()
    {
        await using var service = await TestService.Start(parts, "outbox_numbers", bus => bus.Publishes<Ping>());
        await service.StopRelay();
        await service.Commit(unit =>
        {
            for (var i = 0; i < 6; i++)
            {
                unit.Publish(new Ping(i));
            }
        });

        await using var connection = await service.Database.OpenConnectionAsync();
        var first = await OutboxClaims.Recover(connection, CancellationToken.None);
        var taken = await first.Next(RelayOutcome.Empty, [], 4, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Equal([1, 2, 3, 4], taken.Select(row => row.Number));

        // The second is confirmed, the rest is not heard of; the next round takes them again, and two more.
        taken = await first.Next(new([taken[1].Id], []), [], 6, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Equal([1, 3, 4, 5, 6], taken.Select(row => row.Number));

        var ids = taken.ToDictionary(row => row.Id, row => row.Number);
        var second = await OutboxClaims.Recover(connection, CancellationToken.None);
        taken = await second.Next(RelayOutcome.Empty, [], 6, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Equal(ids, taken.ToDictionary(row => row.Id, row => row.Number));

        await service.Commit(unit => unit.Publish(new Ping(7)));
        taken = await second.Next(new([.. ids.Keys], []), [], 6, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Equal([7], taken.Select(row => row.Number));

        // Two rounds on their way at once, and a relay that dies with both.
        await service.Commit(unit => unit.Publish(new Ping(8)));
        await service.Commit(unit => unit.Publish(new Ping(9)));
        var ahead = await second.Next(RelayOutcome.Empty, taken, 6, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Equal([8, 9], ahead.Select(row => row.Number));
        var third = await OutboxClaims.Recover(connection, CancellationToken.None);
        var again = await third.Next(RelayOutcome.Empty, [], 6, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Equal([.. taken.Concat(ahead).Select(row => (row.Id, row.Number))], again.Select(row => (row.Id, row.Number)));
    }

    [Fact]
    public async Task Instances_share_the_outbox_and_keep_the_order_of_each_key_while_one_of_them_leaves()
    {
        const int Keys = 5;
        const int RowsPerKey = 100;
        var leaves = await Instance();
        await using var second = await Instance();
        await using var third = await Instance();
        var received = await Tap(second, OutboxMessageFactory.ExchangeOf<Ping>());
        var ids = Enumerable.Range(0, Keys).Select(_ => Enumerable.Range(0, RowsPerKey).Select(_ => Guid.NewGuid()).ToList()).ToList();

        await Commit([leaves, second, third], 0, RowsPerKey / 2);
        await Task.WhenAll(leaves.DisposeAsync().AsTask(), Commit([second, third], RowsPerKey / 2, RowsPerKey));

        await Eventually.True(async () => await second.Count("SELECT count(*) FROM messaging.outbox") == 0, "the outbox is empty");
        await Eventually.True(() => received.Count >= Keys * RowsPerKey, "all rows arrive");
        Assert.Equal(Enumerable.Range(1, Keys * RowsPerKey).Select(number => (long)number), received.Select(message => message.Number).Distinct().Order());
        foreach (var key in ids)
        {
            Assert.Equal(key.Select(id => id.ToString()), received.Select(message => message.Id!).Where(id => key.Contains(Guid.Parse(id))).Distinct());
        }

        Task<TestService> Instance() => TestService.Start(parts, "outbox_shared", bus => bus.Publishes<Ping>());

        // The rows of one key are committed one after the other, each by another instance than the one before.
        Task Commit(TestService[] instances, int from, int to) => Task.WhenAll(ids.Select(async (key, index) =>
        {
            for (var row = from; row < to; row++)
            {
                var messageId = key[row];
                await instances[(index + row) % instances.Length].Commit(unit => unit.Publish(new Ping(row), new() { OrderKey = $"key {index}", MessageId = messageId }));
            }
        }));
    }

    private static void NeverLook(TestService service) => service.Services.GetRequiredService<RelaySignal>().Interval = TimeSpan.FromHours(1);

    private static async Task<ConcurrentQueue<(string? Id, long Number)>> Tap(TestService service, string exchange)
    {
        var received = new ConcurrentQueue<(string?, long)>();
        var connection = await new ConnectionFactory { Uri = service.Broker }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        var queue = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(queue.QueueName, exchange, "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            received.Enqueue((delivery.BasicProperties.MessageId, (long)delivery.BasicProperties.Headers![MessageHeaderNames.Number]!));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return received;
    }

    public sealed class Listener(Heard<Ping> heard) : IConsumer<Ping>
    {
        public Task Consume(ConsumeContext<Ping> context)
        {
            heard.Messages.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
