using MassTransit;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Requests;

/// <summary>What PolicyService's answer means for a request.</summary>
internal static class Assessment
{
    public static bool Refuses(BehaviorContext<AccessRequest, AccessValidated> context) => Refusal(context.Saga, context.Message, context.Now()) is not null;

    // These two follow the refusal, which leaves Validating. Asked of the clock once more, a refusal could fall between them.
    public static bool GrantsByRule(BehaviorContext<AccessRequest, AccessValidated> context) =>
        context.Saga.CurrentState == States.Validating && IsByRule(context.Message);

    public static bool NeedsApproval(BehaviorContext<AccessRequest, AccessValidated> context) =>
        context.Saga.CurrentState == States.Validating && !IsByRule(context.Message);

    public static bool StillHolds(BehaviorContext<AccessRequest, AccessValidated> context) =>
        context.Saga.CurrentState == States.Scheduled && RefusalAtStart(context.Saga, context.Message) is null;

    public static bool HoldsNoLonger(BehaviorContext<AccessRequest, AccessValidated> context) =>
        context.Saga.CurrentState == States.Scheduled && RefusalAtStart(context.Saga, context.Message) is not null;

    /// <summary>Why a validated request goes no further; null where it does.</summary>
    public static Judgement? Refusal(AccessRequest request, AccessValidated answer, DateTimeOffset now)
    {
        if (!answer.Permitted)
        {
            return Judgement.Refuse(answer.Code, answer.Reason);
        }

        if (GrantTimes.Of(request, null, now) is null)
        {
            return Judgement.Refuse(AccessCodes.MechanismInvalid, "The transfer mechanism ends before the access would begin. Ask again with a valid one.");
        }

        return !IsByRule(answer) && request.Routing is not { ApproverRoles.Count: > 0 }
            ? Judgement.Refuse(AccessCodes.NobodyCanApprove, "No approval rule names a role that could decide this. A compliance officer has to see to that.")
            : null;
    }

    /// <summary>Why a grant does not begin after all; null where it does.</summary>
    public static Judgement? RefusalAtStart(AccessRequest request, AccessValidated answer)
    {
        if (!answer.Permitted)
        {
            return Judgement.Refuse(answer.Code, answer.Reason);
        }

        return request.Grant!.Automatic && !IsByRule(answer)
            ? Judgement.Refuse(AccessCodes.RoleMissing, "The data may cross the border only after approval by now, and nobody approved this.")
            : null;
    }

    private static bool IsByRule(AccessValidated answer) => answer.CrossBorder is CrossBorderRule.Allowed or CrossBorderRule.AllowedWithLogging;
}

/// <summary>Whether something is due. A deadline that was swept for the moment the request names is due, whatever this clock says.</summary>
internal static class Due
{
    public const string Lapse = "lapse";
    public const string Validation = "validation";
    public const string Start = "start";
    public const string End = "end";

    /// <summary>How long PolicyService has for its first answer.</summary>
    public static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(30);

    /// <summary>How old the legal basis of a grant may be when it begins; an older one is checked again.</summary>
    public static readonly TimeSpan BasisHolds = TimeSpan.FromMinutes(1);

    public static bool ToLapse<T>(BehaviorContext<AccessRequest, T> context)
        where T : class =>
        States.Pending.Contains(context.Saga.CurrentState) && IsDue(context, Lapse, context.Saga.LapsesAt);

    public static bool ToEnd<T>(BehaviorContext<AccessRequest, T> context)
        where T : class =>
        States.Granted.Contains(context.Saga.CurrentState) && IsDue(context, End, context.Saga.Grant!.EndsAt);

    public static bool ForStart(BehaviorContext<AccessRequest, DeadlineReached> context) =>
        context.Saga.CurrentState == States.Scheduled && context.Message.Kind == Start;

    public static bool ForValidation(BehaviorContext<AccessRequest, DeadlineReached> context) =>
        context.Saga.CurrentState is States.Submitted or States.Validating or States.Scheduled && context.Message.Kind == Validation && context.Message.Version == context.Saga.Asked;

    private static bool IsDue<T>(BehaviorContext<AccessRequest, T> context, string kind, DateTimeOffset moment)
        where T : class =>
        context.Now() >= moment || (context.Message is DeadlineReached deadline && deadline.Kind == kind && deadline.DueAt >= moment);
}

/// <summary>What the votes amount to.</summary>
internal static class Votes
{
    public static bool Deny(BehaviorContext<AccessRequest, DecideAccess> context) => context.Message.Decision is ApprovalDecision.Deny;

    public static bool Approve(BehaviorContext<AccessRequest, DecideAccess> context) => context.Message.Decision is ApprovalDecision.Approve;

    public static bool Suffice(BehaviorContext<AccessRequest, DecideAccess> context) => Remaining(context.Saga) == 0;

    /// <summary>How many more different people must approve.</summary>
    public static int Remaining(AccessRequest request) =>
        Math.Max(0, request.Routing!.Quorum - request.Votes
            .Where(vote => vote.Decision is ApprovalDecision.Approve)
            .DistinctBy(vote => (vote.Actor.Issuer, vote.Actor.Subject))
            .Count());
}
