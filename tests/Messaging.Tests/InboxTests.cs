using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RabbitMQ.Client;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

[Collection(nameof(RealParts))]
public sealed class InboxTests(RealParts parts)
{
    [Fact]
    public async Task A_message_that_comes_twice_is_consumed_once()
    {
        var heard = new Heard<Ping>();
        await using var service = await TestService.Start(parts, "inbox_twice", bus =>
        {
            bus.AddConsumer<Answer>("inbox_twice.pings");
            bus.AddConsumer<HearPong>("inbox_twice.pongs");
        }, services => services.AddSingleton(heard).AddSingleton(new Heard<Pong>()));
        var id = Guid.NewGuid();

        await service.Commit(unit => unit.Publish(new Ping(1), new() { MessageId = id }));
        await service.Commit(unit => unit.Publish(new Ping(1), new() { MessageId = id }));
        await service.Commit(unit => unit.Publish(new Ping(2)));

        var pongs = service.Services.GetRequiredService<Heard<Pong>>();
        await Eventually.True(() => pongs.Messages.Select(pong => pong.Number).Distinct().Count() == 2, "both messages are answered");
        await Eventually.True(async () => await service.QueueDepth("inbox_twice.pings") == 0, "the queue is empty");
        Assert.Equal([1, 2], heard.Messages.Select(ping => ping.Number).Order());
        Assert.Equal([1, 2], pongs.Messages.Select(pong => pong.Number).Order());
    }

    [Fact]
    public async Task What_a_failed_consumer_published_never_leaves_and_its_message_goes_to_the_error_queue()
    {
        await using var service = await TestService.Start(parts, "inbox_fail", bus =>
        {
            bus.RedeliverAfter = [];
            bus.AddConsumer<PublishThenFail>("inbox_fail.pings");
            bus.AddConsumer<HearPong>("inbox_fail.pongs");
        }, services => services.AddSingleton(new Heard<Pong>()));

        await service.Commit(unit => unit.Publish(new Ping(1)));

        await Eventually.True(async () => await HasMessages(service, "inbox_fail.pings_error"), "the message is in the error queue");
        Assert.Empty(service.Services.GetRequiredService<Heard<Pong>>().Messages);
        Assert.Equal(0, await service.Count("SELECT count(*) FROM messaging.inbox WHERE endpoint = 'inbox_fail.pings'"));
    }

    [Fact]
    public async Task In_a_batch_duplicates_are_dropped_and_a_poison_message_fails_alone()
    {
        await using var service = await TestService.Start(parts, "inbox_batch", bus => bus.AddBatchConsumer<RecordBatch, Ping>("inbox_batch.pings", options => options.MaxBatch = 50));
        await using (var command = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(parts.AdminDatabase) { Database = "inbox_batch" }).CreateCommand("CREATE SCHEMA work; CREATE TABLE work.seen (number int); GRANT ALL ON SCHEMA work TO PUBLIC; GRANT ALL ON work.seen TO PUBLIC"))
        {
            await command.ExecuteNonQueryAsync();
        }

        var twice = Guid.NewGuid();
        await service.Commit(unit =>
        {
            for (var i = 0; i < 200; i++)
            {
                unit.Publish(new Ping(i));
            }

            unit.Publish(new Ping(RecordBatch.Poison));
            unit.Publish(new Ping(1000), new() { MessageId = twice });
            unit.Publish(new Ping(1000), new() { MessageId = twice });
        });

        await Eventually.True(async () => await HasMessages(service, "inbox_batch.pings_error"), "the poison message is in the error queue");
        await Eventually.True(async () => await service.Count("SELECT count(*) FROM work.seen") == 201, "every other message is recorded once");
        Assert.Equal(1u, await service.QueueDepth("inbox_batch.pings_error"));
        Assert.Equal(1, await service.Count("SELECT count(*) FROM work.seen WHERE number = 1000"));
    }

    [Fact]
    public async Task Messages_of_another_broker_user_do_not_count()
    {
        var heard = new Heard<Ping>();
        await using var service = await TestService.Start(parts, "inbox_user", bus => bus.AddConsumer<Answer>("inbox_user.pings", onlyFrom: "region-service"), services => services.AddSingleton(heard));

        await service.Commit(unit => unit.Publish(new Ping(1)));

        await Eventually.True(async () => await HasMessages(service, "inbox_user.pings_error"), "the message is in the error queue");
        Assert.Empty(heard.Messages);
    }

    [Fact]
    public async Task A_raw_consumer_gets_the_exact_bytes_and_properties()
    {
        var heard = new Heard<RawMessage>();
        await using var service = await TestService.Start(parts, "inbox_raw", bus => bus.AddRawConsumer<HearRaw>("inbox_raw.plain", options => options.BindExchange("inbox_raw.exchange")), services => services.AddSingleton(heard));
        byte[] body = [0, 255, 1, 254];
        await using var connection = await new ConnectionFactory { Uri = service.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();

        await channel.BasicPublishAsync("inbox_raw.exchange", "", false, new BasicProperties { MessageId = "m-1", ContentType = "application/json", UserId = "operator", Headers = new Dictionary<string, object?> { ["a"] = "b" } }, body);

        await Eventually.True(() => !heard.Messages.IsEmpty, "the bytes arrive");
        var message = heard.Messages.Single();
        Assert.Equal(body, message.Body.ToArray());
        Assert.Equal(("m-1", "application/json", "operator", "b"), (message.MessageId, message.ContentType, message.UserId, message.Headers["a"]));
    }

    private static async Task<bool> HasMessages(TestService service, string queue)
    {
        try
        {
            return await service.QueueDepth(queue) > 0;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return false;
        }
    }

    public sealed class Answer(Heard<Ping> heard, UnitOfWork unit) : IConsumer<Ping>
    {
        public Task Consume(ConsumeContext<Ping> context)
        {
            heard.Messages.Enqueue(context.Message);
            unit.Publish(new Pong(context.Message.Number));
            return Task.CompletedTask;
        }
    }

    public sealed class PublishThenFail : IConsumer<Ping>
    {
        public async Task Consume(ConsumeContext<Ping> context)
        {
            await context.Publish(new Pong(context.Message.Number));
            throw new InvalidOperationException("as the test wants");
        }
    }

    public sealed class HearPong(Heard<Pong> heard) : IConsumer<Pong>
    {
        public Task Consume(ConsumeContext<Pong> context)
        {
            heard.Messages.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    public sealed class HearRaw(Heard<RawMessage> heard) : IRawConsumer
    {
        public Task Consume(RawMessage message, UnitOfWork unit, CancellationToken cancellationToken)
        {
            heard.Messages.Enqueue(message);
            return Task.CompletedTask;
        }
    }

    public sealed class RecordBatch : IBatchConsumer<Ping>
    {
        public const int Poison = -1;

        public async Task Consume(IReadOnlyList<ConsumeContext<Ping>> batch, UnitOfWork unit, CancellationToken cancellationToken)
        {
            await using var command = new NpgsqlCommand("INSERT INTO work.seen SELECT unnest($1)", unit.Connection);
            command.Parameters.Add(new() { Value = batch.Select(message => message.Message.Number).ToArray() });
            await command.ExecuteNonQueryAsync(cancellationToken);
            if (batch.Any(message => message.Message.Number == Poison))
            {
                throw new InvalidOperationException("poison");
            }
        }
    }
}
