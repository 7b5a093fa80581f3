using MassTransit;
using Sovereignty.AccessService.CommandAccess;
using Sovereignty.AccessService.People;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Requests;

/// <summary>What happens on the way from state to state.</summary>
internal static class AccessRequestSteps
{
    public static DateTimeOffset Now(this BehaviorContext<AccessRequest> context) =>
        context.GetPayload<IServiceScope>().ServiceProvider.GetRequiredService<Moment>().At;

    public static EventActivityBinder<AccessRequest, T> StartValidation<T>(this EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.Do((step, _) =>
        {
            step.Request.Version++;
            step.Publish(step.Request.ValidationStarted(step.Now, step.Ask()));
        });

    public static EventActivityBinder<AccessRequest, T> AskPolicy<T>(this EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.Do((step, _) => step.Ask());

    public static EventActivityBinder<AccessRequest, DeadlineReached> AskAgain(this EventActivityBinder<AccessRequest, DeadlineReached> binder) =>
        binder.Do((step, _) => step.Publish(step.Request.ValidationOverdue(step.Now, step.Ask())));

    /// <summary>
    /// Goes on only while nothing else is due. While it validates, an answer to any of its questions will do; a grant that is about
    /// to begin takes the newest alone.
    /// </summary>
    public static EventActivityBinder<AccessRequest, AccessValidated> IfCurrent(
        this EventActivityBinder<AccessRequest, AccessValidated> binder,
        Func<EventActivityBinder<AccessRequest, AccessValidated>, EventActivityBinder<AccessRequest, AccessValidated>> then) =>
        binder.If(context => (context.Message.Attempt == context.Saga.Asked || context.Saga.CurrentState == States.Validating) && !Due.ToLapse(context) && !Due.ToEnd(context), then);

    /// <summary>Reads rules and people, as they are when the message is handled.</summary>
    public static EventActivityBinder<AccessRequest, T> LoadApprovals<T>(this EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.ThenAsync(context => context.GetPayload<IServiceScope>().ServiceProvider.GetRequiredService<Approvals>().Load(context.Saga, (context.Message as ReviewStanding)?.ValidFrom, context.CancellationToken));

    public static ApprovalData Approvals(this BehaviorContext<AccessRequest> context) =>
        context.GetPayload<IServiceScope>().ServiceProvider.GetRequiredService<Approvals>().Data;

    /// <summary>Goes on only while the request waits for approval: a deadline may just have ended it.</summary>
    public static EventActivityBinder<AccessRequest, T> IfWaiting<T>(
        this EventActivityBinder<AccessRequest, T> binder, Func<EventActivityBinder<AccessRequest, T>, EventActivityBinder<AccessRequest, T>> then)
        where T : class =>
        binder.If(context => context.Saga.CurrentState == States.AwaitingApproval, then);

    /// <summary>Goes on only while there is a grant that has not ended.</summary>
    public static EventActivityBinder<AccessRequest, T> IfGranted<T>(
        this EventActivityBinder<AccessRequest, T> binder, Func<EventActivityBinder<AccessRequest, T>, EventActivityBinder<AccessRequest, T>> then)
        where T : class =>
        binder.If(context => States.Granted.Contains(context.Saga.CurrentState), then);

    public static EventActivityBinder<AccessRequest, AccessValidated> KeepBasis(this EventActivityBinder<AccessRequest, AccessValidated> binder) =>
        binder.Then(context =>
        {
            var (step, answer) = (Step.Of(context), context.Message);
            step.ClearDeadline(Due.Validation);
            Assessment.Take(step.Request, answer, context.Approvals(), step.Now);
        });

    public static EventActivityBinder<AccessRequest, AccessValidated> Refuse(this EventActivityBinder<AccessRequest, AccessValidated> binder) =>
        binder.Then(context =>
        {
            var step = Step.Of(context);
            step.Refuse(Assessment.Refusal(step.Request, context.Message, context.Approvals(), step.Now)!);
        });

    /// <summary>Refuses a request that waits, for what changed since it was validated.</summary>
    public static EventActivityBinder<AccessRequest, ReassessAccess> RefuseNow(this EventActivityBinder<AccessRequest, ReassessAccess> binder) =>
        binder.Then(context =>
        {
            var (step, answer) = (Step.Of(context), context.Message.Answer);
            var refusal = Assessment.Refusal(step.Request, answer, context.Approvals(), step.Now)!;
            step.KeepBasis(answer);
            step.Refuse(refusal);
        });

    public static EventActivityBinder<AccessRequest, ReviewStanding> RefuseForStanding(this EventActivityBinder<AccessRequest, ReviewStanding> binder) =>
        binder.Do((step, _) => step.Refuse(Assessment.StandingLost));

    public static EventActivityBinder<AccessRequest, T> Route<T>(this EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.Do((step, _) => step.Route());

    /// <summary>Begins anew on another route. What was said on the old one no longer counts.</summary>
    public static EventActivityBinder<AccessRequest, ReassessAccess> TakeRoute(this EventActivityBinder<AccessRequest, ReassessAccess> binder) =>
        binder.Then(context =>
        {
            var (step, answer) = (Step.Of(context), context.Message.Answer);
            step.KeepBasis(answer);
            step.Request.Routing = RoutingRules.Route(answer.SourceCountry!, step.Request, answer, context.Approvals().Rules);
        });

    public static EventActivityBinder<AccessRequest, DecideAccess> NextStage(this EventActivityBinder<AccessRequest, DecideAccess> binder) =>
        binder.Do((step, _) =>
        {
            var routing = step.Request.Routing!;
            step.Request.Routing = routing with { Stage = routing.Stage + 1, VotesBefore = step.Request.Votes.Count };
            step.Route();
        });

    public static EventActivityBinder<AccessRequest, DeadlineReached> Remind(this EventActivityBinder<AccessRequest, DeadlineReached> binder) =>
        binder.Do((step, _) =>
        {
            step.Request.Version++;
            step.Request.Reminders++;
            step.SetReminder();
            step.Publish(step.Request.Reminded(step.Now));
        });

    public static EventActivityBinder<AccessRequest, DeadlineReached> Escalate(this EventActivityBinder<AccessRequest, DeadlineReached> binder) =>
        binder.Do((step, _) =>
        {
            step.Request.Version++;
            step.Request.EscalatedAt = step.Now;
            step.Publish(step.Request.Escalated(step.Now));
        });

    public static EventActivityBinder<AccessRequest, T> Stall<T>(this EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.Then(context =>
        {
            var step = Step.Of(context);
            step.Request.Version++;
            step.Request.IsStalled = true;
            step.Publish(step.Request.Stalled(step.Now, Assessment.NobodyCanDecide(step.Request, context.Approvals())!));
        });

    public static EventActivityBinder<AccessRequest, DecideAccess> CastVote(this EventActivityBinder<AccessRequest, DecideAccess> binder) =>
        binder.Do((step, decide) =>
        {
            step.Request.Votes.Add(new(decide.CommandId, decide.Actor, decide.Decision, decide.Reason, decide.Duration, step.Now));
        });

    public static EventActivityBinder<AccessRequest, DecideAccess> Approve(this EventActivityBinder<AccessRequest, DecideAccess> binder) =>
        binder.Do((step, _) =>
        {
            step.Request.Version++;
            step.Publish(step.Request.Approved());
        });

    /// <summary>Gives the grant: by the approver who made it enough, or by the rule that needs nobody.</summary>
    public static EventActivityBinder<AccessRequest, T> Grant<T>(this EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.Then(context =>
        {
            var (step, message) = (Step.Of(context), context.Message);
            var request = step.Request;
            var (start, end) = GrantTimes.Of(request, null, step.Now)!.Value;
            var isStale = step.Now - request.Basis!.At > Due.BasisHolds || request.Basis.Epoch < context.Approvals().NewestEpoch;
            request.Version++;
            request.Grant = new(Guid.CreateVersion7(step.Now), step.Now, start, end, Automatic: message is not DecideAccess, Scheduled: start > step.Now || isStale, Budgets.Least(request.Budget, request.Routing?.Budget));
            step.GrantChanged();
            step.ClearDeadlines();
            step.SetDeadline(Due.End, end, request.Version);
            if (start > step.Now)
            {
                // No answer to an earlier question may begin it.
                request.Asked++;
                step.SetDeadline(Due.Start, start, request.Version);
            }
            else if (isStale)
            {
                step.Ask();
            }

            step.Publish(request.Granted(step.Now, message is DecideAccess decide ? decide.Actor : Service.Actor));
        });

    /// <summary>Begins a grant, or what is left of it.</summary>
    public static EventActivityBinder<AccessRequest, AccessValidated> Activate(this EventActivityBinder<AccessRequest, AccessValidated> binder) =>
        binder.Do((step, answer) =>
        {
            if (Reassessment.ShorterEnd(step.Request, answer) is { } end)
            {
                step.Shorten(end, answer);
            }

            step.Request.Version++;
            step.GrantChanged();
            step.Publish(step.Request.Activated(step.Now));
        });

    /// <summary>Does not let a grant begin for what may pass.</summary>
    public static EventActivityBinder<AccessRequest, AccessValidated> SuspendAtStart(this EventActivityBinder<AccessRequest, AccessValidated> binder) =>
        binder.Then(context =>
        {
            var (step, answer) = (Step.Of(context), context.Message);
            if (Reassessment.ShorterEnd(step.Request, answer) is { } end)
            {
                step.Shorten(end, answer);
            }

            if (Reassessment.Pauses(step.Request, answer))
            {
                step.Suspend(Suspension.Law, Assessment.RefusalNow(step.Request, answer)!, answer);
            }

            if (!Standing.MayUse(context.Approvals().Find(step.Request.Requester.Subject)))
            {
                step.Suspend(Suspension.Person, Assessment.StandingLost, null);
            }
        });

    public static EventActivityBinder<AccessRequest, AccessValidated> RevokeAtStart(this EventActivityBinder<AccessRequest, AccessValidated> binder) =>
        binder.Do((step, answer) => step.Revoke(Assessment.RefusalNow(step.Request, answer)!));

    /// <summary>What an older epoch says is no news from now on, in whatever order it comes.</summary>
    public static EventActivityBinder<AccessRequest, ReassessAccess> RememberEpoch(this EventActivityBinder<AccessRequest, ReassessAccess> binder) =>
        binder.Do((step, reassess) => step.Request.ReassessedAt = reassess.Answer.Epoch);

    /// <summary>Ends a grant that policies and law no longer allow.</summary>
    public static EventActivityBinder<AccessRequest, ReassessAccess> RevokeNow(this EventActivityBinder<AccessRequest, ReassessAccess> binder) =>
        binder.Do((step, reassess) => step.Revoke(Assessment.RefusalNow(step.Request, reassess.Answer)!));

    public static EventActivityBinder<AccessRequest, ReassessAccess> Shorten(this EventActivityBinder<AccessRequest, ReassessAccess> binder) =>
        binder.Do((step, reassess) => step.Shorten(Reassessment.ShorterEnd(step.Request, reassess.Answer)!.Value, reassess.Answer));

    public static EventActivityBinder<AccessRequest, ReassessAccess> Suspend(this EventActivityBinder<AccessRequest, ReassessAccess> binder) =>
        binder.Do((step, reassess) => step.Suspend(Suspension.Law, Assessment.RefusalNow(step.Request, reassess.Answer)!, reassess.Answer));

    public static EventActivityBinder<AccessRequest, ReviewStanding> Suspend(this EventActivityBinder<AccessRequest, ReviewStanding> binder) =>
        binder.Do((step, _) => step.Suspend(Suspension.Person, Assessment.StandingLost, null));

    public static EventActivityBinder<AccessRequest, ReassessAccess> Lift(this EventActivityBinder<AccessRequest, ReassessAccess> binder) =>
        binder.Do((step, _) => step.Request.Suspensions.RemoveAll(reason => reason.Cause == Suspension.Law));

    public static EventActivityBinder<AccessRequest, ReviewStanding> Lift(this EventActivityBinder<AccessRequest, ReviewStanding> binder) =>
        binder.Do((step, _) => step.Request.Suspensions.RemoveAll(reason => reason.Cause == Suspension.Person));

    public static EventActivityBinder<AccessRequest, T> Resume<T>(this EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.Do((step, message) =>
        {
            step.Request.Version++;
            step.GrantChanged();
            step.Publish(step.Request.Resumed(step.Now, (message as ReassessAccess)?.Answer));
        });

    public static EventActivityBinder<AccessRequest, ExhaustGrant> Exhaust(this EventActivityBinder<AccessRequest, ExhaustGrant> binder) =>
        binder.Do((step, exhaust) =>
        {
            step.End(new(exhaust.By, step.Now, AccessCodes.Exhausted, null));
            step.Publish(step.Request.Exhausted());
        });

    public static EventActivityBinder<AccessRequest, T> Deny<T>(this EventActivityBinder<AccessRequest, T> binder)
        where T : class, IAccessCommand =>
        binder.EndBy(request => request.Denied());

    public static EventActivityBinder<AccessRequest, WithdrawAccess> Withdraw(this EventActivityBinder<AccessRequest, WithdrawAccess> binder) =>
        binder.EndBy(request => request.Withdrawn());

    public static EventActivityBinder<AccessRequest, RevokeAccess> Revoke(this EventActivityBinder<AccessRequest, RevokeAccess> binder) =>
        binder.EndBy(request => request.Revoked());

    public static EventActivityBinder<AccessRequest, GiveBackAccess> GiveBack(this EventActivityBinder<AccessRequest, GiveBackAccess> binder) =>
        binder.EndBy(request => request.GivenBack());

    public static EventActivityBinder<AccessRequest, T> Lapse<T>(this EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.Do((step, _) =>
        {
            step.End(new(Service.Actor, step.Request.LapsesAt, AccessCodes.Lapsed, null));
            step.Publish(step.Request.Lapsed(step.Now));
        });

    public static EventActivityBinder<AccessRequest, T> End<T>(this EventActivityBinder<AccessRequest, T> binder)
        where T : class =>
        binder.Do((step, _) =>
        {
            step.End(new(Service.Actor, step.Request.Grant!.EndsAt, AccessCodes.Ended, null));
            step.Publish(step.Request.Ended(step.Now));
        });

    /// <summary>Carries a command out where the rules say so, and answers it in any case.</summary>
    public static EventActivityBinder<AccessRequest, T> Judge<T>(
        this EventActivityBinder<AccessRequest, T> binder, Func<EventActivityBinder<AccessRequest, T>, EventActivityBinder<AccessRequest, T>> carryOut)
        where T : class, IAccessCommand =>
        binder.If(context => CommandRules.LooksAtPeople(context.Message), people => people.LoadApprovals()).IfElse(
            context => CommandRules.Judge(context.Saga, context.Message, context.Approvals(), context.Now()).CarryOut,
            yes => carryOut(yes).Do((step, command) => step.Unit.Defer(CommandTable.Answer(command.CommandId, null, null, step.Now))),
            no => no.Then(context =>
            {
                var (step, command) = (Step.Of(context), context.Message);
                var judgement = CommandRules.Judge(step.Request, command, context.Approvals(), step.Now);
                step.Unit.Defer(CommandTable.Answer(command.CommandId, judgement.Code, judgement.Reason, step.Now));
                if (judgement.IsRefusal)
                {
                    step.Publish(step.Request.CommandRefused(command, judgement, step.Now));
                }
                else
                {
                    step.Publish(step.Request.CommandRepeated(command, step.Now));
                }
            }));

    private static EventActivityBinder<AccessRequest, T> EndBy<T, TEvent>(this EventActivityBinder<AccessRequest, T> binder, Func<AccessRequest, TEvent> happened)
        where T : class, IAccessCommand
        where TEvent : class =>
        binder.Do((step, command) =>
        {
            step.End(new(command.Actor, step.Now, null, command.Reason));
            step.Publish(happened(step.Request));
        });

    private static EventActivityBinder<AccessRequest, T> Do<T>(this EventActivityBinder<AccessRequest, T> binder, Action<Step, T> work)
        where T : class =>
        binder.Then(context => work(Step.Of(context), context.Message));
}
