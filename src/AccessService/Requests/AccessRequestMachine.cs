using MassTransit;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Requests;

/// <summary>
/// The life of a request and its grant. A deadline that is due is applied before a command acts, so a late approval meets a
/// lapsed request; among commands that arrive together the order of the row's lock decides.
/// </summary>
internal sealed class AccessRequestMachine : MassTransitStateMachine<AccessRequest>
{
    public AccessRequestMachine()
    {
        InstanceState(request => request.CurrentState);
        Event(() => Begun, begun => ById(begun, context => context.Message.RequestId));
        Event(() => Validated, validated => ById(validated, context => context.Message.RequestId));
        Event(() => Decide, decide => ById(decide, context => context.Message.RequestId));
        Event(() => Withdraw, withdraw => ById(withdraw, context => context.Message.RequestId));
        Event(() => GiveBack, giveBack => ById(giveBack, context => context.Message.RequestId));
        Event(() => Revoke, revoke => ById(revoke, context => context.Message.RequestId));
        Event(() => Reassess, reassess => ById(reassess, context => context.Message.RequestId));
        Event(() => Standing, standing => ById(standing, context => context.Message.RequestId));
        Event(() => Exhaust, exhaust => ById(exhaust, context => context.Message.RequestId));
        Event(() => Deadline, deadline => ById(deadline, context => context.Message.CorrelationId));

        During(Submitted,
            When(Begun).StartValidation().TransitionTo(Validating),
            LapseIfDue(When(Deadline)).If(Due.ForValidation, lost => lost.StartValidation().TransitionTo(Validating)),
            LapseIfDue(When(Decide)).Judge(decide => decide),
            LapseIfDue(When(Withdraw)).Judge(withdraw => withdraw.Withdraw().TransitionTo(Withdrawn)),
            LapseIfDue(When(Revoke)).Judge(revoke => revoke.Deny().TransitionTo(Denied)),
            LapseIfDue(When(GiveBack)).Judge(giveBack => giveBack),
            Ignore(Validated),
            Ignore(Reassess),
            Ignore(Standing),
            Ignore(Exhaust));

        During(Validating,
            When(Validated).IfCurrent(answer => answer.LoadApprovals().IfElse(Assessment.IsOutdated, outdated => outdated.AskPolicy(), current => current.KeepBasis()
                .If(Assessment.Refuses, refuse => refuse.Refuse().TransitionTo(Refused))
                .If(Assessment.GrantsByRule, grant => Granted(grant.Grant()))
                .If(Assessment.NeedsApproval, route => route.Route().TransitionTo(AwaitingApproval)))),
            LapseIfDue(When(Deadline)).If(Due.ForValidation, overdue => overdue.AskAgain()),
            LapseIfDue(When(Decide)).Judge(decide => decide),
            LapseIfDue(When(Withdraw)).Judge(withdraw => withdraw.Withdraw().TransitionTo(Withdrawn)),
            LapseIfDue(When(Revoke)).Judge(revoke => revoke.Deny().TransitionTo(Denied)),
            LapseIfDue(When(GiveBack)).Judge(giveBack => giveBack),
            Ignore(Begun),
            Ignore(Reassess),
            Ignore(Standing),
            Ignore(Exhaust));

        During(AwaitingApproval,
            LapseIfDue(When(Decide)).Judge(decide => decide.CastVote()
                .If(Votes.Deny, deny => deny.Deny().TransitionTo(Denied))
                .If(Votes.Approve, approve => approve.Approve()
                    .If(Votes.Suffice, enough => Granted(enough.Grant()))
                    .If(Votes.CompleteStage, next => next.NextStage())
                    .If(DirectoryChange.Stalls, stalled => stalled.Stall()))),
            LapseIfDue(When(Withdraw)).Judge(withdraw => withdraw.Withdraw().TransitionTo(Withdrawn)),
            LapseIfDue(When(Revoke)).Judge(revoke => revoke.Deny().TransitionTo(Denied)),
            LapseIfDue(When(Deadline))
                .If(Due.ForReminder, reminder => reminder.Remind())
                .If(Due.ForEscalation, escalation => escalation.Escalate()),
            LapseIfDue(When(Reassess)).IfWaiting(waiting => waiting.LoadApprovals().If(Reassessment.IsNews, news => news
                .If(Reassessment.Refuses, refuse => refuse.RefuseNow().TransitionTo(Refused))
                .If(Reassessment.Reroutes, elsewhere => elsewhere.TakeRoute()
                    .If(Reassessment.LeadsToNobody, refuse => refuse.RefuseNow().TransitionTo(Refused))
                    .If(Reassessment.LeadsToRule, grant => Granted(grant.Grant()))
                    .If(Reassessment.LeadsToPeople, route => route.Route())))),
            LapseIfDue(When(Standing)).IfWaiting(waiting => waiting.LoadApprovals()
                .If(DirectoryChange.RequesterLost, lost => lost.RefuseForStanding().TransitionTo(Refused))
                .If(DirectoryChange.Stalls, stalled => stalled.Stall())
                .If(DirectoryChange.GoesOn, again => again.Route())),
            LapseIfDue(When(GiveBack)).Judge(giveBack => giveBack),
            Ignore(Begun),
            Ignore(Validated),
            Ignore(Exhaust));

        During(Scheduled,
            EndIfDue(When(Deadline))
                .If(Due.ForStart, start => start.AskPolicy())
                .If(Due.ForValidation, overdue => overdue.AskAgain()),
            When(Validated).IfCurrent(answer => answer.LoadApprovals().IfElse(Assessment.IsOutdated, outdated => outdated.AskPolicy(), current => current.KeepBasis()
                .If(Assessment.EndsAtStart, gone => gone.RevokeAtStart().TransitionTo(Revoked))
                .If(Assessment.WaitsAtStart, wait => wait.SuspendAtStart().TransitionTo(Suspended))
                .If(Assessment.HoldsAtStart, holds => holds.Activate().TransitionTo(Active)))),
            EndIfDue(When(Reassess)).If(Reassessment.IsNewsOfGrant, news => news.RememberEpoch()
                .If(Reassessment.Shortens, shorter => EndIfDue(shorter.Shorten()))
                .If(Reassessment.Revokes, gone => gone.RevokeNow().TransitionTo(Revoked))),
            EndIfDue(When(Revoke)).Judge(revoke => revoke.Revoke().TransitionTo(Revoked)),
            EndIfDue(When(GiveBack)).Judge(giveBack => giveBack.GiveBack().TransitionTo(GivenBack)),
            EndIfDue(When(Decide)).Judge(decide => decide),
            EndIfDue(When(Withdraw)).Judge(withdraw => withdraw),
            Ignore(Begun),
            Ignore(Standing),
            Ignore(Exhaust));

        During(Active,
            EndIfDue(When(Deadline)),
            EndIfDue(When(Reassess)).If(Reassessment.IsNewsOfGrant, news => news.RememberEpoch()
                .If(Reassessment.Shortens, shorter => EndIfDue(shorter.Shorten()))
                .If(Reassessment.Suspends, suspend => suspend.Suspend().TransitionTo(Suspended))
                .If(Reassessment.Revokes, gone => gone.RevokeNow().TransitionTo(Revoked))),
            EndIfDue(When(Standing)).IfGranted(granted => granted.LoadApprovals()
                .If(DirectoryChange.Suspends, lost => lost.Suspend().TransitionTo(Suspended))),
            EndIfDue(When(Exhaust)).IfGranted(granted => granted.Exhaust().TransitionTo(Exhausted)),
            EndIfDue(When(Revoke)).Judge(revoke => revoke.Revoke().TransitionTo(Revoked)),
            EndIfDue(When(GiveBack)).Judge(giveBack => giveBack.GiveBack().TransitionTo(GivenBack)),
            EndIfDue(When(Decide)).Judge(decide => decide),
            EndIfDue(When(Withdraw)).Judge(withdraw => withdraw),
            Ignore(Begun),
            Ignore(Validated));

        During(Suspended,
            EndIfDue(When(Deadline)),
            EndIfDue(When(Reassess)).If(Reassessment.IsNewsOfGrant, news => news.RememberEpoch()
                .If(Reassessment.Shortens, shorter => EndIfDue(shorter.Shorten()))
                .If(Reassessment.Suspends, suspend => suspend.Suspend())
                .If(Reassessment.Lifts, lift => HoldsAgain(lift.Lift()))
                .If(Reassessment.Revokes, gone => gone.RevokeNow().TransitionTo(Revoked))),
            EndIfDue(When(Standing)).IfGranted(granted => granted.LoadApprovals()
                .If(DirectoryChange.Suspends, lost => lost.Suspend())
                .If(DirectoryChange.Lifts, lift => HoldsAgain(lift.Lift()))),
            EndIfDue(When(Exhaust)).IfGranted(granted => granted.Exhaust().TransitionTo(Exhausted)),
            EndIfDue(When(Revoke)).Judge(revoke => revoke.Revoke().TransitionTo(Revoked)),
            EndIfDue(When(GiveBack)).Judge(giveBack => giveBack.GiveBack().TransitionTo(GivenBack)),
            EndIfDue(When(Decide)).Judge(decide => decide),
            EndIfDue(When(Withdraw)).Judge(withdraw => withdraw),
            Ignore(Begun),
            Ignore(Validated));

        foreach (var end in new[] { Refused, Denied, Withdrawn, Lapsed, Ended, GivenBack, Exhausted, Revoked })
        {
            During(end,
                When(Decide).Judge(decide => decide),
                When(Withdraw).Judge(withdraw => withdraw),
                When(GiveBack).Judge(giveBack => giveBack),
                When(Revoke).Judge(revoke => revoke),
                Ignore(Begun),
                Ignore(Validated),
                Ignore(Reassess),
                Ignore(Standing),
                Ignore(Exhaust),
                Ignore(Deadline));
        }
    }

    public State Submitted { get; private set; } = null!;

    public State Validating { get; private set; } = null!;

    public State AwaitingApproval { get; private set; } = null!;

    public State Scheduled { get; private set; } = null!;

    public State Active { get; private set; } = null!;

    public State Suspended { get; private set; } = null!;

    public State Refused { get; private set; } = null!;

    public State Denied { get; private set; } = null!;

    public State Withdrawn { get; private set; } = null!;

    public State Lapsed { get; private set; } = null!;

    public State Ended { get; private set; } = null!;

    public State GivenBack { get; private set; } = null!;

    public State Exhausted { get; private set; } = null!;

    public State Revoked { get; private set; } = null!;

    public Event<BeginAccess> Begun { get; private set; } = null!;

    public Event<AccessValidated> Validated { get; private set; } = null!;

    public Event<DecideAccess> Decide { get; private set; } = null!;

    public Event<WithdrawAccess> Withdraw { get; private set; } = null!;

    public Event<GiveBackAccess> GiveBack { get; private set; } = null!;

    public Event<RevokeAccess> Revoke { get; private set; } = null!;

    public Event<ReassessAccess> Reassess { get; private set; } = null!;

    public Event<ReviewStanding> Standing { get; private set; } = null!;

    public Event<ExhaustGrant> Exhaust { get; private set; } = null!;

    public Event<DeadlineReached> Deadline { get; private set; } = null!;

    // The row stands before the first message about it, so a message without a row is a fault that people should see.
    private static void ById<T>(IEventCorrelationConfigurator<AccessRequest, T> configurator, Func<ConsumeContext<T>, Guid> id)
        where T : class
    {
        configurator.CorrelateById(context => id(context));
        configurator.OnMissingInstance(missing => missing.Fault());
    }

    private EventActivityBinder<AccessRequest, T> LapseIfDue<T>(EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.If(Due.ToLapse, lapse => lapse.Lapse().TransitionTo(Lapsed));

    private EventActivityBinder<AccessRequest, T> EndIfDue<T>(EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.If(Due.ToEnd, end => end.End().TransitionTo(Ended));

    private EventActivityBinder<AccessRequest, T> Granted<T>(EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.IfElse(context => context.Saga.Grant!.Scheduled, later => later.TransitionTo(Scheduled), now => now.TransitionTo(Active));

    private EventActivityBinder<AccessRequest, T> HoldsAgain<T>(EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.If(context => context.Saga.Suspensions is [], again => again.Resume().TransitionTo(Active));
}
