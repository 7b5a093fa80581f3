using System.Text.Json;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;

namespace Sovereignty.AccessService.BrowseAccess;

/// <summary>A request as people see it. Its state is that of the moment it is read.</summary>
internal sealed record RequestView
{
    public required Guid RequestId { get; init; }

    /// <summary>submitted, validating, awaiting-approval, refused, denied, withdrawn, lapsed, approved, ended, given-back, exhausted, revoked.</summary>
    public required string State { get; init; }

    public required int Version { get; init; }

    public required string TenantId { get; init; }

    public required Actor Requester { get; init; }

    public required string DataId { get; init; }

    public string? DataType { get; init; }

    public ClassificationLevel? Classification { get; init; }

    public required string SourceRegion { get; init; }

    public required string TargetRegion { get; init; }

    public required string TargetCountry { get; init; }

    public required string Purpose { get; init; }

    public required IReadOnlyList<string> Actions { get; init; }

    public required string Justification { get; init; }

    public DateTimeOffset? Start { get; init; }

    public required string Duration { get; init; }

    public TransferMechanism? Mechanism { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public required DateTimeOffset LapsesAt { get; init; }

    /// <summary>Country whose approvers decide.</summary>
    public string? Jurisdiction { get; init; }

    /// <summary>Roles that decide in the stage it waits in.</summary>
    public IReadOnlyList<string>? ApproverRoles { get; init; }

    /// <summary>How many different people that stage takes.</summary>
    public int? Quorum { get; init; }

    /// <summary>The stage it waits in, from 1.</summary>
    public int? Stage { get; init; }

    public IReadOnlyList<ApprovalStage>? Stages { get; init; }

    /// <summary>The approval rule that it is routed by; null where the law itself says who decides.</summary>
    public Guid? RuleId { get; init; }

    public int? RuleVersion { get; init; }

    /// <summary>Too few people are left who could decide.</summary>
    public bool Stalled { get; init; }

    /// <summary>The request whose grant this would go on from.</summary>
    public Guid? Extends { get; init; }

    public AccessBudget? Budget { get; init; }

    public required IReadOnlyList<VoteView> Votes { get; init; }

    /// <summary>Why it ended, where a rule ended it.</summary>
    public string? Code { get; init; }

    public string? Reason { get; init; }

    /// <summary>Who ended it, or made the approvals enough.</summary>
    public Actor? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public Guid? PolicyId { get; init; }

    public int? PolicyVersion { get; init; }

    public required IReadOnlyList<Citation> Citations { get; init; }

    public GrantView? Grant { get; init; }

    public static RequestView Of(AccessRequest request, DateTimeOffset now)
    {
        var state = States.At(request, now);
        return new()
        {
            RequestId = request.CorrelationId,
            State = NameOf(state),
            Version = request.Version,
            TenantId = request.TenantId,
            Requester = request.Requester,
            DataId = request.DataId,
            DataType = request.Basis?.DataType,
            Classification = request.Basis?.Classification,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            TargetCountry = request.TargetCountry,
            Purpose = request.Purpose,
            Actions = request.Actions,
            Justification = request.Justification,
            Start = request.Start,
            Duration = Durations.Write(request.Duration),
            Mechanism = request.Mechanism,
            SubmittedAt = request.SubmittedAt,
            LapsesAt = request.LapsesAt,
            Jurisdiction = request.Routing?.Jurisdiction,
            ApproverRoles = request.Routing?.Current?.Roles,
            Quorum = request.Routing?.Current?.Quorum,
            Stage = request.Routing is null ? null : request.Routing.Stage + 1,
            Stages = request.Routing?.Stages,
            RuleId = request.Routing?.RuleId,
            RuleVersion = request.Routing?.RuleVersion,
            Stalled = state == States.AwaitingApproval && request.IsStalled,
            Extends = request.Extends,
            Budget = request.Budget,
            Votes = [.. request.Votes.Select(vote => new VoteView(vote.Actor, vote.Decision, vote.Reason, vote.Duration is { } allowed ? Durations.Write(allowed) : null, vote.At))],
            Code = request.Ending?.Code,
            Reason = request.Ending?.Reason,
            DecidedBy = request.Ending?.Actor ?? (request.Grant is null ? null : request.VotesOfRoute.LastOrDefault()?.Actor ?? Service.Actor),
            DecidedAt = request.Ending?.At ?? request.Grant?.GivenAt,
            PolicyId = request.Basis?.PolicyId,
            PolicyVersion = request.Basis?.PolicyVersion,
            Citations = request.Basis?.Citations ?? [],
            Grant = request.Grant is null ? null : GrantView.Of(request, state),
        };
    }

    /// <summary>What a problem tells of the request: the state now, and who decided.</summary>
    public Dictionary<string, object?> AsItStands() => new()
    {
        ["requestId"] = RequestId,
        ["state"] = State,
        ["version"] = Version,
        ["decidedBy"] = DecidedBy?.Subject,
        ["decidedAt"] = DecidedAt,
    };

    /// <summary>A state's name for people: a grant that waits for its start or holds means approved.</summary>
    public static string NameOf(string state) =>
        States.Granted.Contains(state) ? "approved" : JsonNamingPolicy.KebabCaseLower.ConvertName(state);
}

internal sealed record VoteView(Actor Actor, ApprovalDecision Decision, string Reason, string? Duration, DateTimeOffset At);

/// <summary>A grant: it holds from its start until before its end, unless it was ended earlier.</summary>
/// <param name="State">scheduled, active, suspended, ended, given-back, exhausted, revoked.</param>
/// <param name="SuspendedBecause">Why it does not hold for now.</param>
internal sealed record GrantView(
    Guid GrantId,
    Guid RequestId,
    string State,
    Actor Subject,
    string DataId,
    string SourceRegion,
    string TargetRegion,
    string Purpose,
    IReadOnlyList<string> Actions,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    DateTimeOffset? EndedAt,
    bool Automatic,
    AccessBudget? Budget,
    IReadOnlyList<SuspensionView>? SuspendedBecause)
{
    public static GrantView Of(AccessRequest request, string state) => new(
        request.Grant!.Id,
        request.CorrelationId,
        JsonNamingPolicy.KebabCaseLower.ConvertName(state),
        request.Requester,
        request.DataId,
        request.SourceRegion,
        request.TargetRegion,
        request.Purpose,
        request.Actions,
        request.Grant.StartsAt,
        request.Grant.EndsAt,
        request.Ending?.At ?? (state == States.Ended ? request.Grant.EndsAt : null),
        request.Grant.Automatic,
        request.Grant.Budget,
        state == States.Suspended ? [.. request.Suspensions.Select(reason => new SuspensionView(reason.Code, reason.Reason, reason.At))] : null);
}

internal sealed record SuspensionView(string Code, string Reason, DateTimeOffset At);
