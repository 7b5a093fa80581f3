using MassTransit;
using Sovereignty.AccessService.Requests;

namespace Sovereignty.AccessService.Tests.Machine;

public sealed class AccessRequestMachineTests
{
    private static readonly AccessRequestMachine TheMachine = new();
    private static readonly IReadOnlyList<Transition> Transitions = Transition.Of(TheMachine);
    private static readonly string[] Open = [.. States.Pending, .. States.Granted];
    private static readonly string[] Ends = [.. Names(TheMachine).Except(Open)];

    [Fact]
    public void Every_event_is_handled_or_ignored_in_every_state() => Assert.Empty(Undeclared(TheMachine));

    [Fact]
    public void A_machine_that_forgets_an_event_in_a_state_is_caught() =>
        Assert.Equal(["Closed: Knock"], Undeclared(new Door()));

    [Fact]
    public void The_names_of_states_are_those_of_the_machine() =>
        Assert.Equal(
            Names(TheMachine).Order(),
            typeof(States).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order());

    [Fact]
    public void Nothing_leaves_an_end() => Assert.DoesNotContain(Transitions, transition => Ends.Contains(transition.From));

    [Fact]
    public void Everything_else_can_be_revoked() =>
        Assert.All(Open, state => Assert.Contains(Transitions, transition =>
            transition.From == state && transition.Event == nameof(AccessRequestMachine.Revoke) && transition.To is States.Revoked or States.Denied));

    [Fact]
    public void Everything_else_comes_to_an_end_by_time_alone() =>
        Assert.All(Open, state => Assert.Contains(Transitions, transition =>
            transition.From == state && transition.Event == nameof(AccessRequestMachine.Deadline) && transition.To is States.Lapsed or States.Ended));

    [Fact]
    public void Every_state_is_reached_from_the_submission()
    {
        var reached = new HashSet<string> { States.Submitted };
        while (Transitions.Where(transition => reached.Contains(transition.From)).Select(transition => transition.To).ToArray().Count(reached.Add) > 0)
        {
        }

        Assert.Equal(Names(TheMachine).Order(), reached.Order());
    }

    [Fact]
    public void A_grant_is_given_only_by_validation_a_decision_or_a_level_that_needs_none() =>
        Assert.Equal(
            [("AwaitingApproval", "Decide", "Active"), ("AwaitingApproval", "Decide", "Scheduled"), ("AwaitingApproval", "Reassess", "Active"), ("AwaitingApproval", "Reassess", "Scheduled"), ("Scheduled", "Validated", "Active"), ("Scheduled", "Validated", "Suspended"), ("Validating", "Validated", "Active"), ("Validating", "Validated", "Scheduled")],
            Transitions.Where(transition => States.Granted.Contains(transition.To) && transition.From is not (States.Active or States.Suspended)).Select(transition => (transition.From, transition.Event, transition.To)).Order());

    [Fact]
    public void Only_what_law_and_people_say_suspends_a_grant_and_lets_it_hold_again() =>
        Assert.Equal(
            [("Active", "Reassess", "Suspended"), ("Active", "Standing", "Suspended"), ("Suspended", "Reassess", "Active"), ("Suspended", "Standing", "Active")],
            Transitions.Where(transition => States.Granted.Contains(transition.To) && transition.From is States.Active or States.Suspended && States.Granted.Contains(transition.To)).Select(transition => (transition.From, transition.Event, transition.To)).Order());

    [Fact]
    public void A_pending_request_never_ends_as_a_grant_does_nor_a_grant_as_a_request() =>
        Assert.All(
            Transitions.Where(transition => Ends.Contains(transition.To)),
            transition => Assert.Equal(
                States.Granted.Contains(transition.From),
                transition.To is States.Ended or States.GivenBack or States.Exhausted or States.Revoked));

    private static IEnumerable<string> Undeclared<TInstance>(StateMachine<TInstance> machine)
        where TInstance : class, SagaStateMachineInstance =>
        from state in machine.States
        where state != machine.Initial && state != machine.Final
        from missing in machine.Events.Except(machine.NextEvents(state))
        orderby state.Name, missing.Name
        select $"{state.Name}: {missing.Name}";

    private static IEnumerable<string> Names(StateMachine machine) =>
        machine.States.Where(state => state != machine.Initial && state != machine.Final).Select(state => state.Name);

    private sealed class DoorState : SagaStateMachineInstance
    {
        public Guid CorrelationId { get; set; }

        public string CurrentState { get; set; } = "";
    }

    [ExcludeFromTopology]
    private sealed record Told(Guid CorrelationId) : CorrelatedBy<Guid>;

    [ExcludeFromTopology]
    private sealed record Knocked(Guid CorrelationId) : CorrelatedBy<Guid>;

    private sealed class Door : MassTransitStateMachine<DoorState>
    {
        public Door()
        {
            InstanceState(door => door.CurrentState);
            During(Opened, When(Tell).TransitionTo(Closed), Ignore(Knock));
            During(Closed, When(Tell).TransitionTo(Opened));
        }

        public State Opened { get; private set; } = null!;

        public State Closed { get; private set; } = null!;

        public Event<Told> Tell { get; private set; } = null!;

        public Event<Knocked> Knock { get; private set; } = null!;
    }
}
