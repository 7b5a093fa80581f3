using System.Text;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using Sovereignty.Contracts.Data;
using Sovereignty.Messaging.ErrorQueues;
using Sovereignty.Messaging.Outbox;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

[Collection(nameof(RealParts))]
public sealed class ErrorQueueTests(RealParts parts)
{
    private const int MoreThanTheDeliveryLimit = 25;

    [Fact]
    public async Task A_failed_message_is_listed_with_its_reason_and_stays_however_often_it_is_looked_at()
    {
        await using var service = await Start("errors_list", new());
        var browser = service.Services.GetRequiredService<ErrorQueueBrowser>();
        Assert.DoesNotContain(await browser.List(default), queue => queue.Count > 0);
        var id = Guid.NewGuid();

        await service.Commit(unit => unit.Publish(new Ping(7), new() { MessageId = id }));
        await WaitFor(browser, "errors_list.pings_error", 1);

        for (var look = 0; look < MoreThanTheDeliveryLimit; look++)
        {
            await WaitFor(browser, "errors_list.pings_error", 1);
        }

        var queue = Assert.Single(await browser.List(default), queue => queue.Count > 0);
        Assert.Equal(("errors_list.pings_error", "errors_list.pings", ErrorQueueKind.Error, 1), (queue.Queue, queue.Endpoint, queue.Kind, queue.Count));
        var message = Assert.Single((await browser.Browse(queue.Queue, 10, default))!.Value.Messages);
        Assert.Equal((id.ToString(), "Sovereignty.Messaging.Tests:Ping", "as the test wants", "operator", 0), (message.Id, message.Type, message.Reason, message.SourceUser, message.Redrives));
        Assert.Equal("System.InvalidOperationException", message.Code);
        Assert.InRange(message.Since!.Value, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow());

        await using var held = await browser.Hold(queue.Queue, id.ToString(), default);
        var (headers, body) = held!.Open(Assert.Single(held.Messages));
        Assert.Contains("\"number\":7", Encoding.UTF8.GetString(body.Span));
        Assert.Equal("as the test wants", headers["MT-Fault-Message"]);
    }

    [Fact]
    public async Task A_redriven_message_is_consumed_once_and_the_others_keep_their_place()
    {
        var mood = new Mood();
        await using var service = await Start("errors_redrive", mood);
        var browser = service.Services.GetRequiredService<ErrorQueueBrowser>();
        for (var number = 1; number <= 3; number++)
        {
            await service.Commit(unit => unit.Publish(new Ping(number)));
            await WaitFor(browser, "errors_redrive.pings_error", number);
        }

        var ids = (await browser.Browse("errors_redrive.pings_error", 10, default))!.Value.Messages.Select(message => message.Id).ToList();
        mood.IsGood = true;
        await using (var held = await browser.Hold("errors_redrive.pings_error", ids[1], default))
        {
            Assert.Equal(2, held!.Others);
            Assert.Empty(await held.Redrive(default));
        }

        await Eventually.True(() => !mood.Heard.IsEmpty, "the message is consumed");
        await WaitFor(browser, "errors_redrive.pings_error", 2);
        Assert.Equal([2], mood.Heard.Select(ping => ping.Number));
        Assert.Equal([ids[0], ids[2]], (await browser.Browse("errors_redrive.pings_error", 10, default))!.Value.Messages.Select(message => message.Id));

        await using (var held = await browser.Hold("errors_redrive.pings_error", null, default))
        {
            Assert.Empty(await held!.Redrive(default));
        }

        await Eventually.True(() => mood.Heard.Count == 3, "the others are consumed");
        await WaitFor(browser, "errors_redrive.pings_error", 0);
        Assert.Equal([1, 2, 3], mood.Heard.Select(ping => ping.Number).Order());
        Assert.Equal(3, await service.Count("SELECT count(*) FROM messaging.inbox WHERE endpoint = 'errors_redrive.pings'"));
    }

    [Fact]
    public async Task A_message_redriven_twice_because_its_copy_stayed_is_consumed_once()
    {
        var mood = new Mood();
        await using var service = await Start("errors_twice", mood);
        var browser = service.Services.GetRequiredService<ErrorQueueBrowser>();
        await service.Commit(unit => unit.Publish(new Ping(1)));
        await WaitFor(browser, "errors_twice.pings_error", 1);
        await Copy(service, "errors_twice.pings_error");
        mood.IsGood = true;

        await using (var held = await browser.Hold("errors_twice.pings_error", null, default))
        {
            Assert.Equal(2, held!.Messages.Count);
            Assert.Empty(await held.Redrive(default));
        }

        await service.Commit(unit => unit.Publish(new Ping(2)));
        await Eventually.True(() => mood.Heard.Any(ping => ping.Number == 2), "what came later is consumed");
        await Eventually.True(async () => await service.QueueDepth("errors_twice.pings") == 0, "the queue is empty");
        Assert.Single(mood.Heard, ping => ping.Number == 1);
        await WaitFor(browser, "errors_twice.pings_error", 0);
    }

    [Fact]
    public async Task A_message_that_fails_again_comes_back_and_says_how_often_it_was_redriven()
    {
        await using var service = await Start("errors_again", new());
        var browser = service.Services.GetRequiredService<ErrorQueueBrowser>();
        await service.Commit(unit => unit.Publish(new Ping(1)));

        for (var redrives = 0; redrives < 3; redrives++)
        {
            await Eventually.True(async () => await Look(browser, "errors_again.pings_error") is [var message] && message.Redrives == redrives, $"it is back, redriven {redrives} times");
            await using var held = await browser.Hold("errors_again.pings_error", null, default);
            Assert.Empty(await held!.Redrive(default));
        }
    }

    [Fact]
    public async Task A_discarded_message_is_gone()
    {
        var mood = new Mood();
        await using var service = await Start("errors_discard", mood);
        var browser = service.Services.GetRequiredService<ErrorQueueBrowser>();
        await service.Commit(unit => unit.Publish(new Ping(1)));
        await service.Commit(unit => unit.Publish(new Ping(2)));
        await WaitFor(browser, "errors_discard.pings_error", 2);
        mood.IsGood = true;

        string id;
        await using (var held = await browser.Hold("errors_discard.pings_error", null, default))
        {
            id = held!.Messages[0].Id;
        }

        await using (var held = await browser.Hold("errors_discard.pings_error", id, default))
        {
            Assert.Equal([id], held!.Messages.Select(message => message.Id));
            Assert.Empty(await held.Discard(default));
        }

        await WaitFor(browser, "errors_discard.pings_error", 1);
        Assert.DoesNotContain((await browser.Browse("errors_discard.pings_error", 10, default))!.Value.Messages, message => message.Id == id);
        await using var again = await browser.Hold("errors_discard.pings_error", id, default);
        Assert.Empty(again!.Messages);
        Assert.Empty(mood.Heard);
    }

    [Fact]
    public async Task Queues_of_others_are_out_of_reach()
    {
        await using var service = await Start("errors_others", new());
        var browser = service.Services.GetRequiredService<ErrorQueueBrowser>();

        Assert.Null(await browser.Browse("errors_others.pings", 10, default));
        Assert.Null(await browser.Hold("audit.events_error", null, default));
        Assert.Empty((await browser.Browse("errors_others.pings_dead", 10, default))!.Value.Messages);
    }

    /// <summary>The service moves a message under its own user, and a consumer trusts that user: the first publisher must not profit.</summary>
    [Fact]
    public async Task A_forged_message_stays_refused_however_often_it_is_redriven()
    {
        var mood = new Mood { IsGood = true };
        await using var service = await TestService.Start(
            parts, "errors_forged", bus => bus.AddConsumer<HearData>("errors_forged.data", onlyFrom: "operator"), services => services.AddSingleton(mood));
        var browser = service.Services.GetRequiredService<ErrorQueueBrowser>();
        await PublishData(["platform-service", null], header: "operator");

        for (var redrives = 0; redrives < 3; redrives++)
        {
            await Eventually.True(
                async () => await Look(browser, "errors_forged.data_error") is [var one, var two] && one.Redrives == redrives && two.Redrives == redrives,
                $"both are back, redriven {redrives} times");
            var messages = (await browser.Browse("errors_forged.data_error", 10, default))!.Value.Messages;
            Assert.Equal(["", "platform-service"], messages.Select(message => message.SourceUser ?? "").Order());
            Assert.All(messages, message => Assert.Equal(("System.UnauthorizedAccessException", "acme"), (message.Code, message.TenantId)));
            await using var held = await browser.Hold("errors_forged.data_error", null, default);
            Assert.Empty(await held!.Redrive(default));
        }

        Assert.Empty(mood.Heard);
    }

    [Fact]
    public async Task A_message_that_was_delivered_too_often_is_listed_as_dead()
    {
        await using var service = await Start("errors_dead", new());
        var browser = service.Services.GetRequiredService<ErrorQueueBrowser>();
        await using var connection = await new ConnectionFactory { Uri = service.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = 1,
            ["x-dead-letter-exchange"] = "errors_dead.pings_dead",
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        };
        await channel.QueueDeclareAsync("errors_dead.short", durable: true, exclusive: false, autoDelete: false, arguments);
        await channel.BasicPublishAsync("", "errors_dead.short", false, new BasicProperties { MessageId = "a/b", UserId = "operator" }, "not json"u8.ToArray());
        await Eventually.True(
            async () =>
            {
                if (await channel.BasicGetAsync("errors_dead.short", autoAck: false) is { } got)
                {
                    await channel.BasicNackAsync(got.DeliveryTag, multiple: false, requeue: true);
                }

                return await Look(browser, "errors_dead.pings_dead") is [_];
            },
            "the message is dead");

        var message = (await browser.Browse("errors_dead.pings_dead", 10, default))!.Value.Messages.Single();
        Assert.Equal(("delivery-limit", "operator", null, 8), (message.Code, message.SourceUser, message.Type, message.Size));
        Assert.StartsWith("body-", message.Id);
        Assert.NotNull(message.Since);
        await using var held = await browser.Hold("errors_dead.pings_dead", message.Id, default);
        Assert.Empty(await held!.Discard(default));
    }

    [Fact]
    public async Task A_message_that_is_delivered_again_later_keeps_its_publisher_whatever_it_says_itself()
    {
        var mood = new Mood();
        await using var service = await TestService.Start(
            parts, "errors_later",
            bus =>
            {
                bus.RedeliverAfter = [TimeSpan.FromMilliseconds(100)];
                bus.AddConsumer<Moody>("errors_later.pings", onlyFrom: "operator");
                bus.AddConsumer<FailOnData>("errors_later.data", onlyFrom: "platform-service");
            },
            services => services.AddSingleton(mood));
        var browser = service.Services.GetRequiredService<ErrorQueueBrowser>();
        await PublishData(["platform-service"], header: "operator");
        await service.Commit(unit => unit.Publish(new Ping(1), new() { Headers = new Dictionary<string, string> { ["a"] = "b" } }));

        await WaitFor(browser, "errors_later.data_error", 1);
        await WaitFor(browser, "errors_later.pings_error", 1);
        var message = (await browser.Browse("errors_later.data_error", 10, default))!.Value.Messages.Single();
        Assert.Equal(("platform-service", "System.InvalidOperationException"), (message.SourceUser, message.Code));
        message = (await browser.Browse("errors_later.pings_error", 10, default))!.Value.Messages.Single();
        Assert.Equal(("operator", "System.InvalidOperationException"), (message.SourceUser, message.Code));
    }

    private Task<TestService> Start(string name, Mood mood) =>
        TestService.Start(parts, name, bus =>
        {
            bus.RedeliverAfter = [];
            bus.AddConsumer<Moody>($"{name}.pings");
        }, services => services.AddSingleton(mood));

    /// <summary>Publishes as another broker user would that claims to speak for somebody.</summary>
    private async Task PublishData(string?[] users, string header)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(await parts.Host(["amqp", "platform-service"])) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new(true, true));
        foreach (var user in users)
        {
            var properties = new BasicProperties
            {
                MessageId = Guid.NewGuid().ToString(),
                ContentType = "application/vnd.masstransit+json",
                Headers = new Dictionary<string, object?> { [MessageHeaderNames.SourceUser] = header },
            };
            if (user is not null)
            {
                properties.UserId = user;
            }

            await channel.BasicPublishAsync("Sovereignty.Contracts.Data:DataCreated", "", false, properties, Encoding.UTF8.GetBytes(
                $$$"""{"messageId":"{{{properties.MessageId}}}","messageType":["urn:message:Sovereignty.Contracts.Data:DataCreated"],"message":{"occurredAt":"2026-11-23T05:30:00Z","tenantId":"acme","actor":{"issuer":"i","subject":"s"},"dataId":"d","dataType":"order","primaryRegion":"eu-central-1"}}"""));
        }
    }

    private static Task WaitFor(ErrorQueueBrowser browser, string queue, int count) =>
        Eventually.True(async () => (await Look(browser, queue))?.Count == count, $"{queue} has {count}");

    /// <summary>Null while the broker is still making the queue.</summary>
    private static async Task<IReadOnlyList<ErrorMessage>?> Look(ErrorQueueBrowser browser, string queue)
    {
        try
        {
            return (await browser.Browse(queue, 10, default))!.Value.Messages;
        }
        catch (BrokerUnavailableException)
        {
            return null;
        }
    }

    /// <summary>As if the service had died after the broker's confirm and before it acknowledged.</summary>
    private static async Task Copy(TestService service, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = service.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new(true, true));
        var got = await channel.BasicGetAsync(queue, autoAck: true);
        for (var copy = 0; copy < 2; copy++)
        {
            await channel.BasicPublishAsync("", queue, true, new BasicProperties(got!.BasicProperties), got.Body);
        }
    }

    public sealed class Mood
    {
        public System.Collections.Concurrent.ConcurrentQueue<Ping> Heard { get; } = [];

        public bool IsGood { get; set; }
    }

    public sealed class Moody(Mood mood) : IConsumer<Ping>
    {
        public Task Consume(ConsumeContext<Ping> context)
        {
            if (!mood.IsGood)
            {
                throw new InvalidOperationException("as the test wants");
            }

            mood.Heard.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    public sealed class FailOnData : IConsumer<DataCreated>
    {
        public Task Consume(ConsumeContext<DataCreated> context) => throw new InvalidOperationException("as the test wants");
    }

    public sealed class HearData(Mood mood) : IConsumer<DataCreated>
    {
        public Task Consume(ConsumeContext<DataCreated> context)
        {
            mood.Heard.Enqueue(new Ping(0));
            return Task.CompletedTask;
        }
    }
}
