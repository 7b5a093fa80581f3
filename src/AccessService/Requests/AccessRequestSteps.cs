using MassTransit;
using Sovereignty.AccessService.CommandAccess;
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

    public static EventActivityBinder<AccessRequest, DeadlineReached> AskPolicy(this EventActivityBinder<AccessRequest, DeadlineReached> binder) =>
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

    public static EventActivityBinder<AccessRequest, AccessValidated> KeepBasis(this EventActivityBinder<AccessRequest, AccessValidated> binder) =>
        binder.ThenAsync(async context =>
        {
            var (step, answer) = (Step.Of(context), context.Message);
            var request = step.Request;
            step.ClearDeadline(Due.Validation);
            request.Basis = new(answer.DataType, answer.Classification, answer.CrossBorder, answer.PolicyId, answer.PolicyVersion, answer.Epoch, answer.Citations, step.Now);
            if (answer.SourceCountry is { } jurisdiction && request.Routing is null)
            {
                var rule = ApprovalRule.Select(await ApprovalRule.Load(step.Unit.Connection, request.TenantId, context.CancellationToken), request.TenantId, answer.Classification);
                request.Routing = new(jurisdiction, rule?.ApproverRoles ?? [], rule?.Quorum ?? 1);
            }
        });

    public static EventActivityBinder<AccessRequest, AccessValidated> Refuse(this EventActivityBinder<AccessRequest, AccessValidated> binder) =>
        binder.Do((step, answer) =>
        {
            var refusal = Assessment.Refusal(step.Request, answer, step.Now)!;
            step.End(new(Service.Actor, step.Now, refusal.Code, refusal.Reason));
            step.Publish(step.Request.Refused());
        });

    public static EventActivityBinder<AccessRequest, AccessValidated> Route(this EventActivityBinder<AccessRequest, AccessValidated> binder) =>
        binder.Do((step, _) =>
        {
            step.Request.Version++;
            step.Publish(step.Request.Routed(step.Now));
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
        binder.Do((step, message) =>
        {
            var request = step.Request;
            var (start, end) = GrantTimes.Of(request, null, step.Now)!.Value;
            var isStale = step.Now - request.Basis!.At > Due.BasisHolds;
            request.Version++;
            request.Grant = new(Guid.CreateVersion7(step.Now), step.Now, start, end, Automatic: message is not DecideAccess, Scheduled: start > step.Now || isStale);
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

    public static EventActivityBinder<AccessRequest, AccessValidated> Activate(this EventActivityBinder<AccessRequest, AccessValidated> binder) =>
        binder.Do((step, _) =>
        {
            step.Request.Version++;
            step.Publish(step.Request.Activated(step.Now));
        });

    public static EventActivityBinder<AccessRequest, AccessValidated> RevokeByRule(this EventActivityBinder<AccessRequest, AccessValidated> binder) =>
        binder.Do((step, answer) =>
        {
            var refusal = Assessment.RefusalAtStart(step.Request, answer)!;
            step.End(new(Service.Actor, step.Now, refusal.Code, refusal.Reason));
            step.Publish(step.Request.Revoked());
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
        binder.IfElse(
            context => CommandRules.Judge(context.Saga, context.Message, context.Now()).CarryOut,
            yes => carryOut(yes).Do((step, command) => step.Unit.Defer(CommandTable.Answer(command.CommandId, null, null, step.Now))),
            no => no.Do((step, command) =>
            {
                var judgement = CommandRules.Judge(step.Request, command, step.Now);
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
