using MassTransit;

namespace Sovereignty.Chaos;

public sealed class AccountMachine : MassTransitStateMachine<Account>
{
    public AccountMachine()
    {
        InstanceState(account => account.CurrentState);
        Event(() => Deposit);
        Initially(Take(When(Deposit)).TransitionTo(Open));
        During(Open, Take(When(Deposit)));
    }

    public State Open { get; private set; } = null!;
    public Event<Deposit> Deposit { get; private set; } = null!;

    private static EventActivityBinder<Account, Deposit> Take(EventActivityBinder<Account, Deposit> binder) => binder
        .Then(context =>
        {
            context.Saga.Version++;
            context.Saga.Taken.Add(context.Message.Number);
        })
        .Publish(context => new Deposited(context.Saga.CorrelationId, context.Message.Number, context.Saga.Version));
}
