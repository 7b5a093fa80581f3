using System.Globalization;
using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Rules;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.Requests;

/// <summary>What becomes of a command: it is carried out, it only repeats what was said, or it is refused with code and reason.</summary>
internal sealed record Judgement(bool CarryOut, string? Code = null, string? Reason = null)
{
    public static Judgement Yes { get; } = new(true);

    /// <summary>The same person has said the same before.</summary>
    public static Judgement Repeats { get; } = new(false);

    public bool IsRefusal => Code is not null;

    public static Judgement Refuse(string code, string reason) => new(false, code, reason);
}

/// <summary>Whether a command may be carried out on a request as it stands: who, in which state, in time.</summary>
internal static class CommandRules
{
    private static readonly ApprovalStage Nobody = new() { Name = "Nobody", Quorum = 1 };
    private static readonly string[] RevokerRoles = [Roles.PolicyAdmin, Roles.ComplianceOfficer];

    public static Judgement Judge(AccessRequest request, IAccessCommand command, ApprovalData data, DateTimeOffset now) => command switch
    {
        DecideAccess decide => Decide(request, decide, data, now),
        WithdrawAccess => ByRequester(request, command, now, States.Withdrawn, States.Pending, AccessCodes.NotPending, "It can no longer be withdrawn; give a grant back instead."),
        GiveBackAccess => ByRequester(request, command, now, States.GivenBack, States.Granted, AccessCodes.NoGrant, "There is no grant yet; withdraw the request instead."),
        RevokeAccess => Revoke(request, command, data, now),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.Name, null),
    };

    /// <summary>Whether it takes the directory to judge a command. To end something must not: it is taken whatever state rules and people are in.</summary>
    public static bool LooksAtPeople(IAccessCommand command) =>
        command is DecideAccess || (command is RevokeAccess && !command.Actor.Roles.Any(RevokerRoles.Contains));

    private static Judgement Decide(AccessRequest request, DecideAccess command, ApprovalData data, DateTimeOffset now)
    {
        var state = States.At(request, now);
        if (request.VotesOfRoute.FirstOrDefault(vote => AccessRequest.IsSame(vote.Actor, command.Actor)) is { } earlier)
        {
            return (earlier.Decision, earlier.Reason, earlier.Duration) == (command.Decision, command.Reason, command.Duration)
                ? Judgement.Repeats
                : Judgement.Refuse(AccessCodes.AlreadyVoted, $"You said {Word(earlier.Decision)} at {Time(earlier.At)}. A decision is not changed; revoke what should not go on.");
        }

        if (request.IsRequester(command.Actor))
        {
            return Judgement.Refuse(AccessCodes.SelfApproval, "You asked for this access, so somebody else has to decide.");
        }

        if (request.Routing is not { } routing)
        {
            return state is States.Submitted or States.Validating
                ? Judgement.Refuse(AccessCodes.NotDecidableYet, "The rules are still being checked. Try again in a moment.")
                : Over(request, state);
        }

        var stage = routing.Current ?? Nobody;
        if (Holding(stage, command.Actor, data) is { } lacking)
        {
            return lacking;
        }

        if (!data.Find(command.Actor.Subject)!.Jurisdictions.Contains(routing.Jurisdiction))
        {
            return Judgement.Refuse(AccessCodes.WrongJurisdiction, $"This is decided by approvers in {routing.Jurisdiction}, where the data is.");
        }

        if (state is not States.AwaitingApproval)
        {
            return Over(request, state);
        }

        if (command.Decision is ApprovalDecision.Approve && !Standing.MayUse(data.Find(request.Requester.Subject)))
        {
            return Judgement.Refuse(AccessCodes.StandingMissing, "The requester is not active in the directory, or no longer a requester. Reject the request.");
        }

        if (command.Duration > request.Duration)
        {
            return Judgement.Refuse(AccessCodes.DurationExtended, "An approver may shorten the duration, not extend it. Approve at most what was asked for.");
        }

        return command.Decision is ApprovalDecision.Approve && GrantTimes.Of(request, command.Duration, now) is null
            ? Judgement.Refuse(AccessCodes.MechanismInvalid, "The transfer mechanism has ended, so nothing is left to grant. A new request with a valid one is needed.")
            : Judgement.Yes;
    }

    // What the directory says counts as far as the token says it too.
    private static Judgement? Holding(ApprovalStage stage, Actor actor, ApprovalData data)
    {
        if (!Standing.DecidingRoles.Any(actor.Roles.Contains))
        {
            return Judgement.Refuse(AccessCodes.RoleMissing, $"This is decided by {Assessment.Words(stage)}.");
        }

        if (data.Find(actor.Subject) is not { Active: true } person)
        {
            return Judgement.Refuse(AccessCodes.StandingMissing, "The directory does not name you as somebody who may decide now. A compliance officer keeps the directory.");
        }

        return Eligibility.Holds(stage, person with { Roles = [.. person.Roles.Intersect(actor.Roles)] })
            ? null
            : Judgement.Refuse(AccessCodes.RoleMissing, $"Stage '{stage.Name}' is decided by {Assessment.Words(stage)}.");
    }

    private static Judgement ByRequester(
        AccessRequest request, IAccessCommand command, DateTimeOffset now, string outcome, IReadOnlyList<string> from, string elsewhere, string advice)
    {
        if (!request.IsRequester(command.Actor))
        {
            return Judgement.Refuse(AccessCodes.NotTheRequester, "Only the requester can do this.");
        }

        var state = States.At(request, now);
        if (from.Contains(state))
        {
            return Judgement.Yes;
        }

        if (state == outcome && Repeats(request, command))
        {
            return Judgement.Repeats;
        }

        return States.Pending.Contains(state) || States.Granted.Contains(state) ? Judgement.Refuse(elsewhere, advice) : Over(request, state);
    }

    // Legal from every state that is not an end, and dependent on no policy.
    private static Judgement Revoke(AccessRequest request, IAccessCommand command, ApprovalData data, DateTimeOffset now)
    {
        if (!command.Actor.Roles.Any(RevokerRoles.Contains))
        {
            var person = data.Find(command.Actor.Subject);
            if (!command.Actor.Roles.Any(Standing.DecidingRoles.Contains))
            {
                return Judgement.Refuse(AccessCodes.RoleMissing, "Approvers of the source jurisdiction, policy administrators and compliance officers revoke. A requester withdraws or gives back.");
            }

            if (!Eligibility.IsActive(person) || !person!.Roles.Any(Standing.DecidingRoles.Contains))
            {
                return Judgement.Refuse(AccessCodes.StandingMissing, "The directory does not name you as somebody who may decide now. A compliance officer keeps the directory.");
            }

            if (request.Routing is null || !person.Jurisdictions.Contains(request.Routing.Jurisdiction))
            {
                return Judgement.Refuse(AccessCodes.WrongJurisdiction, "Approvers revoke what is decided in their own jurisdiction.");
            }
        }

        var state = States.At(request, now);
        if (States.Pending.Contains(state) || States.Granted.Contains(state))
        {
            return Judgement.Yes;
        }

        return state is States.Revoked or States.Denied && Repeats(request, command) ? Judgement.Repeats : Over(request, state);
    }

    private static bool Repeats(AccessRequest request, IAccessCommand command) =>
        request.Ending is { } ending && AccessRequest.IsSame(ending.Actor, command.Actor) && ending.Reason == command.Reason;

    private static Judgement Over(AccessRequest request, string state) => state switch
    {
        States.Lapsed => Judgement.Refuse(AccessCodes.Lapsed, $"Nobody decided before {Time(request.LapsesAt)}, so the request lapsed. Ask again with a new request."),
        States.Ended => Judgement.Refuse(AccessCodes.Ended, $"The grant ended at {Time(request.Grant!.EndsAt)}."),
        States.Scheduled or States.Active or States.Suspended => Judgement.Refuse(AccessCodes.AlreadyDecided, $"It was approved at {Time(request.Grant!.GivenAt)}{ByWhom(request)}. Revoke it if it should not go on."),
        _ => Judgement.Refuse(AccessCodes.AlreadyDecided, $"It is {Words(state)} since {Time(request.Ending!.At)}, by {request.Ending.Actor.DisplayName ?? request.Ending.Actor.Subject}."),
    };

    private static string ByWhom(AccessRequest request) =>
        !request.VotesOfRoute.Any() ? ", by rule" : $", by {string.Join(" and ", request.VotesOfRoute.Select(vote => vote.Actor.DisplayName ?? vote.Actor.Subject))}";

    private static string Word(ApprovalDecision decision) => decision is ApprovalDecision.Approve ? "yes" : "no";

    private static string Words(string state) => state is States.GivenBack ? "given back" : state.ToLowerInvariant();

    private static string Time(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
