using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Sovereignty.Messaging.Bench.Flow;

/// <summary>Three steps; each keeps its state and publishes the next message through the unit of work.</summary>
internal sealed class FlowMachine : MassTransitStateMachine<FlowInstance>
{
    public FlowMachine()
    {
        InstanceState(instance => instance.CurrentState);
        Event(() => Begun, begun => begun.CorrelateById(context => context.Message.FlowId));
        Event(() => WasChecked, step => step.CorrelateById(context => context.Message.FlowId).OnMissingInstance(missing => missing.Fault()));
        Event(() => WasApproved, step => step.CorrelateById(context => context.Message.FlowId).OnMissingInstance(missing => missing.Fault()));
        Initially(When(Begun)
            .Then(context => Step(context, context.Message.Data, flow => new FlowChecked(flow.CorrelationId, flow.Version, flow.Data!)))
            .TransitionTo(Checking));
        During(Checking, When(WasChecked)
            .Then(context => Step(context, context.Message.Data, flow => new FlowApproved(flow.CorrelationId, flow.Version, flow.Data!)))
            .TransitionTo(Approving));
        During(Approving, When(WasApproved)
            .Then(context => Step(context, context.Message.Data, flow => new FlowEnded(flow.CorrelationId, flow.Version, flow.Data!)))
            .TransitionTo(Ended));
    }

    public State Checking { get; private set; } = null!;
    public State Approving { get; private set; } = null!;
    public State Ended { get; private set; } = null!;
    public Event<BeginFlow> Begun { get; private set; } = null!;
    public Event<FlowChecked> WasChecked { get; private set; } = null!;
    public Event<FlowApproved> WasApproved { get; private set; } = null!;

    private static void Step<TNext>(SagaConsumeContext<FlowInstance> context, FlowData data, Func<FlowInstance, TNext> next)
        where TNext : class
    {
        var unit = context.GetPayload<IServiceScope>().ServiceProvider.GetRequiredService<UnitOfWork>();
        context.Saga.Data = data;
        context.Saga.Version++;
        unit.Publish(next(context.Saga), new() { OrderKey = context.Saga.CorrelationId.ToString() });
    }
}
