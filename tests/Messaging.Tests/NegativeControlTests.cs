using MassTransit;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

/// <summary>The damage that the guards keep away, shown with the guard left out.</summary>
[Collection(nameof(RealParts))]
public sealed class NegativeControlTests(RealParts parts)
{
    [Fact]
    public async Task Without_the_inbox_a_message_that_comes_twice_is_consumed_twice()
    {
        var heard = new Heard<Ping>();
        await using var service = await TestService.Start(parts, "control_inbox", bus =>
            bus.AddEndpoint("control_inbox.pings", 1, (endpoint, _) => endpoint.Handler<Ping>(context =>
            {
                heard.Messages.Enqueue(context.Message);
                return Task.CompletedTask;
            })));
        var id = Guid.NewGuid();

        await service.Commit(unit => unit.Publish(new Ping(1), new() { MessageId = id }));
        await service.Commit(unit => unit.Publish(new Ping(1), new() { MessageId = id }));

        await Eventually.True(() => heard.Messages.Count == 2, "both are consumed");
    }

    [Fact]
    public async Task Without_the_outbox_what_a_failed_consumer_published_leaves_all_the_same()
    {
        var heard = new Heard<Pong>();
        await using var service = await TestService.Start(parts, "control_outbox", bus =>
        {
            bus.AddEndpoint("control_outbox.pings", 1, (endpoint, _) => endpoint.Handler<Ping>(async context =>
            {
                await context.Publish(new Pong(context.Message.Number));
                throw new InvalidOperationException("as the test wants");
            }));
            bus.AddEndpoint("control_outbox.pongs", 1, (endpoint, _) => endpoint.Handler<Pong>(context =>
            {
                heard.Messages.Enqueue(context.Message);
                return Task.CompletedTask;
            }));
        });

        await service.Commit(unit => unit.Publish(new Ping(1)));

        await Eventually.True(() => heard.Messages.Count == 1, "the answer of a failed consumer is out");
    }
}
