using Sovereignty.AccessService.Rules;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.AccessService.Requests;

/// <summary>How a validated request is decided: who is asked, stage after stage, and within what limits.</summary>
internal static class RoutingRules
{
    private static readonly TimeSpan RemindAfter = TimeSpan.FromDays(1);
    private static readonly TimeSpan EscalateAfter = TimeSpan.FromDays(3);

    /// <summary>Null where no rule matches: then nobody can approve.</summary>
    public static Routing? Route(string jurisdiction, AccessRequest request, AccessValidated answer, IReadOnlyList<ApprovalRule> rules)
    {
        var rule = ApprovalRules.Select(rules, new(request.TenantId, request.Purpose, answer.Classification, jurisdiction, request.TargetCountry));
        var byLaw = request.Purpose == ApprovalRules.ForeignAuthorityDemand;
        return rule is null && !byLaw
            ? null
            : new Routing
            {
                Jurisdiction = jurisdiction,
                RuleId = byLaw ? null : rule!.Id,
                RuleVersion = byLaw ? null : rule!.Version,
                Automatic = !byLaw && rule!.Automatic,
                Stages = byLaw ? ApprovalRules.ForForeignAuthorities : rule!.Stages,
                LongestDuration = Durations.Read(rule?.LongestDuration),
                Budget = rule?.Budget,
                RemindAfter = Durations.Read(rule?.RemindAfter) ?? RemindAfter,
                EscalateAfter = Durations.Read(rule?.EscalateAfter) ?? EscalateAfter,
                VotesBeforeRoute = request.Votes.Count,
                VotesBefore = request.Votes.Count,
            };
    }

    /// <summary>Whether an answer leads to another route than the one a waiting request is on.</summary>
    public static bool LeadsElsewhere(AccessRequest request, AccessValidated answer) =>
        answer.SourceCountry != request.Routing?.Jurisdiction || answer.Classification != request.Basis?.Classification;

    /// <summary>The first stage that too few people are left for, of those still to be decided; null where all can be decided.</summary>
    public static ApprovalStage? Deadlock(AccessRequest request, ApprovalData data)
    {
        var routing = request.Routing!;
        var current = routing.Current;
        if (current is null)
        {
            return null;
        }

        IReadOnlyList<ApprovalStage> left = [current with { Quorum = Votes.RemainingInStage(request) }, .. routing.Stages.Skip(routing.Stage + 1)];
        var excluded = request.VotesOfRoute.Select(vote => vote.Actor.Subject).Append(request.Requester.Subject).ToHashSet();
        return Eligibility.Deadlock(left, routing.Jurisdiction, data.People, excluded);
    }
}
