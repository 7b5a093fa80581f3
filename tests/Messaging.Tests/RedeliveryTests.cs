using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

[Collection(nameof(RealParts))]
public sealed class RedeliveryTests(RealParts parts)
{
    private static readonly TimeSpan[] Soon = [TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400)];

    [Fact]
    public async Task A_message_that_fails_for_a_while_is_delivered_again_under_its_id_and_consumed_once()
    {
        var attempts = new Heard<(Guid? Id, int Redelivered)>();
        await using var service = await Start("redelivery_heals", attempts, failures: 2);
        var id = Guid.NewGuid();

        await service.Commit(unit => unit.Publish(new Ping(1), new() { MessageId = id }));

        await Eventually.True(() => attempts.Messages.Count == 3, "the third delivery succeeds");
        Assert.Equal([(id, 0), (id, 1), (id, 2)], attempts.Messages.Select(attempt => (attempt.Id!.Value, attempt.Redelivered)));
        await Eventually.True(async () => await service.Count($"SELECT count(*) FROM messaging.inbox WHERE message_id = '{id}'") == 1, "it is recorded once");
        Assert.Equal(0, await service.Count("SELECT count(*) FROM messaging.outbox"));
    }

    [Fact]
    public async Task A_message_that_always_fails_goes_to_the_error_queue_after_the_last_delivery()
    {
        var attempts = new Heard<(Guid? Id, int Redelivered)>();
        await using var service = await Start("redelivery_fails", attempts, failures: int.MaxValue);

        await service.Commit(unit => unit.Publish(new Ping(1)));

        await Eventually.True(async () => await HasError(service, "redelivery_fails.pings_error"), "it is in the error queue");
        Assert.Equal([0, 1, 2], attempts.Messages.Select(attempt => attempt.Redelivered));
    }

    private static async Task<bool> HasError(TestService service, string queue)
    {
        try
        {
            return await service.QueueDepth(queue) == 1;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return false;
        }
    }

    private Task<TestService> Start(string database, Heard<(Guid? Id, int Redelivered)> attempts, int failures) =>
        TestService.Start(parts, database, bus =>
        {
            bus.RedeliverAfter = Soon;
            bus.AddConsumer<FailingConsumer>($"{database}.pings");
        }, services => services.AddSingleton(attempts).AddSingleton(new Failures(failures)));

    public sealed record Failures(int Count);

    public sealed class FailingConsumer(Heard<(Guid? Id, int Redelivered)> attempts, Failures failures) : IConsumer<Ping>
    {
        public Task Consume(ConsumeContext<Ping> context)
        {
            attempts.Messages.Enqueue((context.MessageId, context.GetRedeliveryCount()));
            return attempts.Messages.Count > failures.Count ? Task.CompletedTask : throw new InvalidOperationException("as the test wants");
        }
    }
}
