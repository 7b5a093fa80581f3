using MassTransit;
using MassTransit.SagaStateMachine;

namespace Sovereignty.AccessService.Tests.Machine;

/// <summary>An event takes an instance from one state to another, perhaps.</summary>
internal sealed record Transition(string From, string Event, string To)
{
    public static IReadOnlyList<Transition> Of<TInstance>(StateMachine<TInstance> machine)
        where TInstance : class, SagaStateMachineInstance
    {
        var finder = new Finder<TInstance>();
        machine.Accept(finder);
        return [.. finder.Found.Distinct()];
    }

    /// <summary>Events that something is done about, by state.</summary>
    public static ILookup<string, string> Handled<TInstance>(StateMachine<TInstance> machine)
        where TInstance : class, SagaStateMachineInstance
    {
        var finder = new Finder<TInstance>();
        machine.Accept(finder);
        return finder.Handled.ToLookup(handled => handled.State, handled => handled.Event);
    }

    // MassTransit's own graph joins all states at one vertex per event, and so forgets which state leads where.
    private sealed class Finder<TInstance> : StateMachineVisitor
        where TInstance : class, SagaStateMachineInstance
    {
        private string _state = "";
        private string _event = "";

        public List<Transition> Found { get; } = [];

        public List<(string State, string Event)> Handled { get; } = [];

        public void Visit(State state, Action<State> next)
        {
            _state = state.Name;
            next(state);
        }

        public void Visit(Event @event, Action<Event> next)
        {
            Enter(@event);
            next(@event);
        }

        public void Visit<TMessage>(Event<TMessage> @event, Action<Event<TMessage>> next)
            where TMessage : class
        {
            Enter(@event);
            next(@event);
        }

        public void Visit(IStateMachineActivity activity) => Visit(activity, _ => { });

        public void Visit(IStateMachineActivity activity, Action<IStateMachineActivity> next)
        {
            if (activity is TransitionActivity<TInstance> transition)
            {
                Found.Add(new(_state, _event, transition.ToState.Name));
            }

            next(activity);
        }

        public void Visit<T>(IBehavior<T> behavior)
            where T : class, SagaStateMachineInstance => Visit(behavior, _ => { });

        public void Visit<T>(IBehavior<T> behavior, Action<IBehavior<T>> next)
            where T : class, SagaStateMachineInstance => next(behavior);

        public void Visit<T, TMessage>(IBehavior<T, TMessage> behavior)
            where T : class, SagaStateMachineInstance
            where TMessage : class => Visit(behavior, _ => { });

        public void Visit<T, TMessage>(IBehavior<T, TMessage> behavior, Action<IBehavior<T, TMessage>> next)
            where T : class, SagaStateMachineInstance
            where TMessage : class => next(behavior);

        private void Enter(Event @event)
        {
            _event = @event.Name;
            Handled.Add((_state, _event));
        }
    }
}
