using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

[Collection(nameof(RealParts))]
public sealed class SagaTests(RealParts parts)
{
    [Fact]
    public async Task A_saga_counts_every_message_once_under_concurrency_and_ends_by_its_deadline()
    {
        var ended = new Heard<Ended>();
        await using var service = await TestService.Start(parts, "saga_count", bus =>
        {
            bus.AddSaga<CountingMachine, Counting>("saga_count.counting", "counting.counting", saga => saga.Hears<Counted>(from: "operator"));
            bus.AddConsumer<HearEnded>("saga_count.ended");
        }, services => services.AddSingleton(ended));
        var id = Guid.NewGuid();

        await service.Commit(unit =>
        {
            for (var i = 0; i < 50; i++)
            {
                unit.Publish(new Counted { CorrelationId = id });
            }
        });
        await Eventually.True(async () => await service.Count($"SELECT (body->>'count')::int FROM counting.counting WHERE correlation_id = '{id}'") == 50, "all are counted");

        await using (var scope = service.Services.CreateAsyncScope())
        {
            var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
            await unit.BeginForConsumer(CancellationToken.None);
            unit.SetDeadline("saga_count.counting", new() { CorrelationId = id, Kind = "end", Version = 1, DueAt = DateTimeOffset.UnixEpoch });
            await unit.Commit(CancellationToken.None);
        }

        await Eventually.True(() => !ended.Messages.IsEmpty, "the deadline ends it");
        Assert.Equal(50, ended.Messages.Single().Count);
        Assert.Equal(1, await service.Count("SELECT count(*) FROM counting.counting WHERE state = 'Final'"));
        Assert.Equal(0, await service.Count("SELECT count(*) FROM messaging.deadline"));
    }

    public sealed record Counted : CorrelatedBy<Guid>
    {
        public required Guid CorrelationId { get; init; }
    }

    public sealed record Ended(Guid Id, int Count);

    public sealed class Counting : SagaStateMachineInstance
    {
        public Guid CorrelationId { get; set; }
        public string CurrentState { get; set; } = "";
        public int Count { get; set; }
    }

    public sealed class CountingMachine : MassTransitStateMachine<Counting>
    {
        public CountingMachine()
        {
            InstanceState(instance => instance.CurrentState);
            Event(() => Counted);
            Event(() => Deadline, deadline => deadline.CorrelateById(context => context.Message.CorrelationId).OnMissingInstance(missing => missing.Discard()));
            Initially(When(Counted).Then(context => context.Saga.Count++).TransitionTo(Running));
            During(Running, When(Counted).Then(context => context.Saga.Count++), When(Deadline).Publish(context => new Ended(context.Saga.CorrelationId, context.Saga.Count)).Finalize());
        }

        public State Running { get; private set; } = null!;
        public Event<Counted> Counted { get; private set; } = null!;
        public Event<DeadlineReached> Deadline { get; private set; } = null!;
    }

    public sealed class HearEnded(Heard<Ended> heard) : IConsumer<Ended>
    {
        public Task Consume(ConsumeContext<Ended> context)
        {
            heard.Messages.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
