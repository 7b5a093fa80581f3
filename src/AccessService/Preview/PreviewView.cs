using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.Rules;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.AccessService.Preview;

/// <summary>What would become of a request as policies, law, rules and people stand.</summary>
internal sealed record PreviewView
{
    public required PreviewOutcome Outcome { get; init; }

    public required string Code { get; init; }

    public required string Reason { get; init; }

    /// <summary>Null where no rule decides: the law itself says who, or nobody can.</summary>
    public RuleVersion? Rule { get; init; }

    /// <summary>Who would be asked, stage after stage; empty where nobody is.</summary>
    public required IReadOnlyList<StageView> Stages { get; init; }

    /// <summary>Country whose people decide.</summary>
    public string? Jurisdiction { get; init; }

    /// <summary>Everything that is in the way, and what to do about it.</summary>
    public required IReadOnlyList<MissingView> Missing { get; init; }

    /// <summary>The longest duration that could be asked for, ISO 8601.</summary>
    public string? LongestDuration { get; init; }

    public Guid? PolicyId { get; init; }

    public int? PolicyVersion { get; init; }

    public required long Epoch { get; init; }

    public required IReadOnlyList<Citation> Citations { get; init; }

    /// <summary>How much the grant would allow in all.</summary>
    public AccessBudget? Budget { get; init; }

    /// <param name="request">A request that is not stored, with the answer taken and routed by the rules.</param>
    public static PreviewView Of(AccessRequest request, AccessValidated answer, ApprovalData data, DateTimeOffset now)
    {
        var refusals = Assessment.Refusals(request, answer, data, now).DistinctBy(refusal => refusal.Code).ToArray();
        var isByRule = Assessment.IsByRule(request, answer);
        var (outcome, code, reason) = refusals is [var first, ..]
            ? (PreviewOutcome.Refused, first.Code!, first.Reason!)
            : isByRule
                ? (PreviewOutcome.GrantedByRule, answer.Code, answer.Reason)
                : (PreviewOutcome.NeedsApproval, answer.Code, answer.Reason);
        return new()
        {
            Outcome = outcome,
            Code = code,
            Reason = reason,
            Rule = request.Routing is { RuleId: { } rule, RuleVersion: { } version } ? new(rule, version) : null,
            Stages = isByRule || request.Routing is not { } routing ? [] : [.. routing.Stages.Select(stage => StageView.Of(stage, routing.Jurisdiction, request, data))],
            Jurisdiction = answer.SourceCountry,
            Missing = [.. refusals.Select(refusal => new MissingView(refusal.Code!, refusal.Reason!))],
            LongestDuration = Longest(request, answer),
            PolicyId = answer.PolicyId,
            PolicyVersion = answer.PolicyVersion,
            Epoch = answer.Epoch,
            Citations = answer.Citations,
            Budget = Budgets.Least(request.Budget, request.Routing?.Budget),
        };
    }

    private static string? Longest(AccessRequest request, AccessValidated answer) =>
        Durations.Read(answer.LongestDuration) is not { } byLaw
            ? null
            : Durations.Write(request.Routing?.LongestDuration is { } byRule && byRule < byLaw ? byRule : byLaw);
}

internal enum PreviewOutcome
{
    GrantedByRule,
    NeedsApproval,
    Refused,
}

internal sealed record RuleVersion(Guid Id, int Version);

internal sealed record MissingView(string Code, string WhatToDo);

/// <param name="Eligible">People who could decide, as the directory stands.</param>
internal sealed record StageView(string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> People, int Quorum, IReadOnlyList<string> Eligible)
{
    public static StageView Of(ApprovalStage stage, string jurisdiction, AccessRequest request, ApprovalData data) => new(
        stage.Name,
        stage.Roles,
        stage.People,
        stage.Quorum,
        [.. data.People.Where(person => person.Subject != request.Requester.Subject && Eligibility.MayDecide(stage, jurisdiction, person)).Select(person => person.Subject).Order(StringComparer.Ordinal)]);
}
