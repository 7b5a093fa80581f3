using MassTransit;
using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Rules;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Requests;

/// <summary>What PolicyService's first answer, and that at the start of a grant, mean.</summary>
internal static class Assessment
{
    public static bool IsOutdated(BehaviorContext<AccessRequest, AccessValidated> context) => context.Message.Epoch < context.Approvals().NewestEpoch;

    public static bool Refuses(BehaviorContext<AccessRequest, AccessValidated> context) => Refusal(context.Saga, context.Message, context.Approvals(), context.Now()) is not null;

    // These two follow the refusal, which leaves Validating. Asked of the clock once more, a refusal could fall between them.
    public static bool GrantsByRule(BehaviorContext<AccessRequest, AccessValidated> context) =>
        context.Saga.CurrentState == States.Validating && IsByRule(context.Saga, context.Message);

    public static bool NeedsApproval(BehaviorContext<AccessRequest, AccessValidated> context) =>
        context.Saga.CurrentState == States.Validating && !IsByRule(context.Saga, context.Message);

    /// <summary>Of these three, which say how a grant begins, one holds; each leaves the state that the next looks at.</summary>
    public static bool EndsAtStart(BehaviorContext<AccessRequest, AccessValidated> context) => Reassessment.Ends(context.Saga, context.Message);

    public static bool WaitsAtStart(BehaviorContext<AccessRequest, AccessValidated> context) =>
        context.Saga.CurrentState == States.Scheduled && (Reassessment.Pauses(context.Saga, context.Message) || !Standing.MayUse(context.Approvals().Find(context.Saga.Requester.Subject)));

    public static bool HoldsAtStart(BehaviorContext<AccessRequest, AccessValidated> context) => context.Saga.CurrentState == States.Scheduled;

    public static LegalBasis Basis(AccessValidated answer, DateTimeOffset now) =>
        new(answer.DataType, answer.Classification, answer.CrossBorder, answer.PolicyId, answer.PolicyVersion, answer.Epoch, answer.Citations, now);

    /// <summary>Lets a request rest on an answer, and routes it where it was not before.</summary>
    public static void Take(AccessRequest request, AccessValidated answer, ApprovalData data, DateTimeOffset now)
    {
        request.Basis = Basis(answer, now);
        if (answer.SourceCountry is { } jurisdiction && request.Routing is null)
        {
            request.Routing = RoutingRules.Route(jurisdiction, request, answer, data.Rules);
        }
    }

    /// <summary>Why a validated request goes no further; null where it does.</summary>
    public static Judgement? Refusal(AccessRequest request, AccessValidated answer, ApprovalData data, DateTimeOffset now) =>
        Refusals(request, answer, data, now).FirstOrDefault();

    /// <summary>Everything that keeps a validated request from going further; the first is its refusal.</summary>
    public static IEnumerable<Judgement> Refusals(AccessRequest request, AccessValidated answer, ApprovalData data, DateTimeOffset now)
    {
        if (!answer.Permitted)
        {
            yield return Judgement.Refuse(answer.Code, answer.Reason);
        }

        if (!Standing.MayUse(data.Find(request.Requester.Subject)))
        {
            yield return StandingLost;
        }

        if (request.Routing?.LongestDuration is { } longest && request.Duration > longest)
        {
            yield return Judgement.Refuse(AccessCodes.DurationTooLong, $"The approval rule allows {Durations.Write(longest)} at most. Ask for less.");
        }

        if (GrantTimes.Of(request, null, now) is null)
        {
            yield return Judgement.Refuse(AccessCodes.MechanismInvalid, "The transfer mechanism ends before the access would begin. Ask again with a valid one.");
        }

        // Where nobody knows whose the data is, nobody knows either who would decide.
        if ((answer.Permitted || answer.SourceCountry is not null) && !IsByRule(request, answer) && NobodyCanDecide(request, data) is { } nobody)
        {
            yield return nobody;
        }
    }

    /// <summary>Why policies and law no longer let a grant hold; null where they do.</summary>
    public static Judgement? RefusalNow(AccessRequest request, AccessValidated answer)
    {
        var isRefusedWhole = !answer.Permitted && Durations.Read(answer.LongestDuration) is null;
        if (!isRefusedWhole && request.Grant!.Automatic && !IsByRule(request, answer))
        {
            return Judgement.Refuse(AccessCodes.ApprovalMissing, "The data may cross the border only after approval by now, and nobody approved this.");
        }

        return answer.Permitted ? null : Judgement.Refuse(answer.Code, answer.Reason);
    }

    public static Judgement StandingLost { get; } =
        Judgement.Refuse(AccessCodes.StandingMissing, "The requester is not active in the directory, or no longer a requester.");

    public static Judgement? NobodyCanDecide(AccessRequest request, ApprovalData data)
    {
        if (request.Routing is not { Stages.Count: > 0 } routing)
        {
            return Judgement.Refuse(AccessCodes.NobodyCanApprove, "No approval rule names anybody who could decide this. A compliance officer has to see to that.");
        }

        return RoutingRules.Deadlock(request, data) is { } stage
            ? Judgement.Refuse(AccessCodes.NobodyCanApprove, $"Stage '{stage.Name}' takes {stage.Quorum} of {Words(stage)} in {routing.Jurisdiction} beside the requester and those of other stages, and the directory has too few. A compliance officer has to see to that.")
            : null;
    }

    public static string Words(ApprovalStage stage) => stage switch
    {
        { Roles: [], People: [] } => "nobody",
        { People: [] } => string.Join(", ", stage.Roles),
        { Roles: [] } => string.Join(", ", stage.People),
        _ => $"{string.Join(", ", stage.Roles)} or {string.Join(", ", stage.People)}",
    };

    public static bool IsByRule(AccessRequest request, AccessValidated answer) =>
        request.Routing is { Automatic: true } && answer.CrossBorder is CrossBorderRule.Allowed or CrossBorderRule.AllowedWithLogging;
}

/// <summary>What a change of law, policy or data means for what waits or was granted.</summary>
internal static class Reassessment
{
    // Of these somebody repairs a fact about the platform, and the grant may hold again; all others are what the law or a policy says.
    private static readonly string[] Passing =
    [
        AccessCodes.DataUnknown, AccessCodes.DataNotInRegion, AccessCodes.RegionUnknown, AccessCodes.RegionClosed, AccessCodes.ClassificationUnknown, AccessCodes.PolicyMissing,
    ];

    /// <summary>An answer of an epoch before the one it rests on is old news.</summary>
    public static bool IsNews(BehaviorContext<AccessRequest, ReassessAccess> context) => context.Message.Answer.Epoch >= Math.Max(context.Saga.Basis!.Epoch, context.Saga.ReassessedAt);

    public static bool IsNewsOfGrant(BehaviorContext<AccessRequest, ReassessAccess> context) => IsGranted(context) && IsNews(context);

    public static bool Refuses(BehaviorContext<AccessRequest, ReassessAccess> context) => !context.Message.Answer.Permitted;

    public static bool Reroutes(BehaviorContext<AccessRequest, ReassessAccess> context) =>
        context.Saga.CurrentState == States.AwaitingApproval && context.Message.Answer.Permitted && RoutingRules.LeadsElsewhere(context.Saga, context.Message.Answer);

    /// <summary>Of these three, which say where another route leads, one holds; each leaves the state that the next looks at.</summary>
    public static bool LeadsToNobody(BehaviorContext<AccessRequest, ReassessAccess> context) =>
        Assessment.Refusal(context.Saga, context.Message.Answer, context.Approvals(), context.Now()) is not null;

    public static bool LeadsToRule(BehaviorContext<AccessRequest, ReassessAccess> context) =>
        context.Saga.CurrentState == States.AwaitingApproval && Assessment.IsByRule(context.Saga, context.Message.Answer);

    public static bool LeadsToPeople(BehaviorContext<AccessRequest, ReassessAccess> context) =>
        context.Saga.CurrentState == States.AwaitingApproval && !Assessment.IsByRule(context.Saga, context.Message.Answer);

    public static bool Revokes(BehaviorContext<AccessRequest, ReassessAccess> context) => IsGranted(context) && Ends(context.Saga, context.Message.Answer);

    public static bool Suspends(BehaviorContext<AccessRequest, ReassessAccess> context) =>
        IsGranted(context) && Pauses(context.Saga, context.Message.Answer) && !context.Saga.Suspensions.Exists(reason => reason.Cause == Suspension.Law && reason.Code == context.Message.Answer.Code);

    public static bool Lifts(BehaviorContext<AccessRequest, ReassessAccess> context) =>
        IsGranted(context) && !Ends(context.Saga, context.Message.Answer) && !Pauses(context.Saga, context.Message.Answer) && context.Saga.Suspensions.Exists(reason => reason.Cause == Suspension.Law);

    public static bool Shortens(BehaviorContext<AccessRequest, ReassessAccess> context) =>
        IsGranted(context) && ShorterEnd(context.Saga, context.Message.Answer) is not null;

    /// <summary>Whether an answer takes a grant away for good.</summary>
    public static bool Ends(AccessRequest request, AccessValidated answer) =>
        Assessment.RefusalNow(request, answer) is { } refusal && !Passing.Contains(refusal.Code) && !IsOnlyTooLong(request, answer);

    /// <summary>Whether what stands in the way may pass.</summary>
    public static bool Pauses(AccessRequest request, AccessValidated answer) =>
        Assessment.RefusalNow(request, answer) is { } refusal && Passing.Contains(refusal.Code);

    /// <summary>The end by which the access would still be allowed, where all that stands in the way is its length.</summary>
    public static DateTimeOffset? ShorterEnd(AccessRequest request, AccessValidated answer) =>
        IsOnlyTooLong(request, answer) && request.Grant!.StartsAt + Durations.Read(answer.LongestDuration)!.Value is var end && end < request.Grant.EndsAt ? end : null;

    private static bool IsOnlyTooLong(AccessRequest request, AccessValidated answer) =>
        !answer.Permitted && Durations.Read(answer.LongestDuration) is not null && Assessment.RefusalNow(request, answer)!.Code != AccessCodes.ApprovalMissing;

    private static bool IsGranted(BehaviorContext<AccessRequest, ReassessAccess> context) => States.Granted.Contains(context.Saga.CurrentState);
}

/// <summary>What a change in the directory means for what waits or was granted.</summary>
internal static class DirectoryChange
{
    public static bool RequesterLost(BehaviorContext<AccessRequest, ReviewStanding> context) => !MayUse(context);

    public static bool Stalls<T>(BehaviorContext<AccessRequest, T> context)
        where T : class =>
        IsWaiting(context) && !context.Saga.IsStalled && RoutingRules.Deadlock(context.Saga, context.Approvals()) is not null;

    public static bool GoesOn(BehaviorContext<AccessRequest, ReviewStanding> context) =>
        IsWaiting(context) && context.Saga.IsStalled && RoutingRules.Deadlock(context.Saga, context.Approvals()) is null;

    public static bool Suspends(BehaviorContext<AccessRequest, ReviewStanding> context) => !MayUse(context) && !IsSuspendedForIt(context);

    public static bool Lifts(BehaviorContext<AccessRequest, ReviewStanding> context) => MayUse(context) && IsSuspendedForIt(context);

    private static bool MayUse(BehaviorContext<AccessRequest, ReviewStanding> context) => Standing.MayUse(context.Approvals().Find(context.Saga.Requester.Subject));

    private static bool IsSuspendedForIt(BehaviorContext<AccessRequest, ReviewStanding> context) => context.Saga.Suspensions.Exists(reason => reason.Cause == Suspension.Person);

    private static bool IsWaiting(BehaviorContext<AccessRequest> context) => context.Saga.CurrentState == States.AwaitingApproval;
}

/// <summary>Whether something is due. A deadline that was swept for the moment the request names is due, whatever this clock says.</summary>
internal static class Due
{
    public const string Lapse = "lapse";
    public const string Validation = "validation";
    public const string Start = "start";
    public const string End = "end";
    public const string Reminder = "reminder";
    public const string Escalation = "escalation";

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

    public static bool ForReminder(BehaviorContext<AccessRequest, DeadlineReached> context) =>
        context.Saga.CurrentState == States.AwaitingApproval && context.Message.Kind == Reminder && context.Message.Version == context.Saga.Routing!.Stage;

    public static bool ForEscalation(BehaviorContext<AccessRequest, DeadlineReached> context) =>
        context.Saga.CurrentState == States.AwaitingApproval && context.Message.Kind == Escalation && context.Saga.EscalatedAt is null;

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

    public static bool CompleteStage(BehaviorContext<AccessRequest, DecideAccess> context) =>
        context.Saga.CurrentState == States.AwaitingApproval && Remaining(context.Saga) > 0 && RemainingInStage(context.Saga) == 0;

    /// <summary>How many more different people must approve, in this stage and those to come.</summary>
    public static int Remaining(AccessRequest request) =>
        RemainingInStage(request) + request.Routing!.Stages.Skip(request.Routing.Stage + 1).Sum(stage => stage.Quorum);

    public static int RemainingInStage(AccessRequest request) =>
        Math.Max(0, (request.Routing!.Current?.Quorum ?? 0) - request.Votes
            .Skip(request.Routing.VotesBefore)
            .Where(vote => vote.Decision is ApprovalDecision.Approve)
            .DistinctBy(vote => (vote.Actor.Issuer, vote.Actor.Subject))
            .Count());
}
