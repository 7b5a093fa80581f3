using System.Text.Json.Serialization;
using MassTransit;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;

namespace Sovereignty.AccessService.Requests;

/// <summary>A request and, once it is approved, its grant: the saga's instance, kept after its end as evidence.</summary>
internal sealed class AccessRequest : SagaStateMachineInstance
{
    public required Guid CorrelationId { get; set; }

    public required string CurrentState { get; set; }

    /// <summary>Rises by one with each transition.</summary>
    public required int Version { get; set; }

    public required string TenantId { get; init; }

    public required Actor Requester { get; init; }

    public required string DataId { get; init; }

    public required string SourceRegion { get; init; }

    public required string TargetRegion { get; init; }

    public required string TargetCountry { get; init; }

    public required string Purpose { get; init; }

    public required IReadOnlyList<string> Actions { get; init; }

    public required string Justification { get; init; }

    public DateTimeOffset? Start { get; init; }

    public required TimeSpan Duration { get; init; }

    public TransferMechanism? Mechanism { get; init; }

    /// <summary>How much the requester wants to use in all; null for no limit of their own.</summary>
    public AccessBudget? Budget { get; init; }

    /// <summary>The request whose grant this would go on from.</summary>
    public Guid? Extends { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>Undecided until then, the request lapses; never later than the end that was asked for.</summary>
    public required DateTimeOffset LapsesAt { get; init; }

    /// <summary>How often PolicyService was asked.</summary>
    public int Asked { get; set; }

    public LegalBasis? Basis { get; set; }

    /// <summary>The newest epoch by which the grant was looked at again.</summary>
    public long ReassessedAt { get; set; }

    public Routing? Routing { get; set; }

    public List<Vote> Votes { get; init; } = [];

    /// <summary>It waits for approvers, and too few people are left who could decide.</summary>
    public bool IsStalled { get; set; }

    public int Reminders { get; set; }

    /// <summary>When compliance officers are told that it waits, counted from its first stage.</summary>
    public DateTimeOffset? EscalatesAt { get; set; }

    public DateTimeOffset? EscalatedAt { get; set; }

    public Grant? Grant { get; set; }

    /// <summary>Why the grant does not hold for now.</summary>
    public List<Suspension> Suspensions { get; init; } = [];

    public Ending? Ending { get; set; }

    /// <summary>What was said on the route it is on.</summary>
    [JsonIgnore]
    public IEnumerable<Vote> VotesOfRoute => Votes.Skip(Routing?.VotesBeforeRoute ?? 0);

    public bool IsRequester(Actor actor) => IsSame(actor, Requester);

    public static bool IsSame(Actor one, Actor other) => one.Subject == other.Subject && one.Issuer == other.Issuer;
}

/// <summary>By what policies and law the request was allowed, or refused.</summary>
internal sealed record LegalBasis(
    string? DataType,
    ClassificationLevel? Classification,
    CrossBorderRule? CrossBorder,
    Guid? PolicyId,
    int? PolicyVersion,
    long Epoch,
    IReadOnlyList<Citation> Citations,
    DateTimeOffset At);

/// <summary>Who decides, stage after stage, and within what limits: by a version of a rule, or by none where the law itself says it.</summary>
internal sealed record Routing
{
    /// <summary>Country whose people decide: that of the source region.</summary>
    public required string Jurisdiction { get; init; }

    public Guid? RuleId { get; init; }

    public int? RuleVersion { get; init; }

    /// <summary>Whether nobody is asked where the classification does not restrict.</summary>
    public bool Automatic { get; init; }

    public required IReadOnlyList<ApprovalStage> Stages { get; init; }

    public TimeSpan? LongestDuration { get; init; }

    public AccessBudget? Budget { get; init; }

    public TimeSpan? RemindAfter { get; init; }

    public TimeSpan? EscalateAfter { get; init; }

    /// <summary>The stage it waits in, from 0.</summary>
    public int Stage { get; init; }

    /// <summary>Votes before this number belong to an earlier route; they neither count nor bar anybody.</summary>
    public int VotesBeforeRoute { get; init; }

    /// <summary>Votes before this number belong to earlier stages, or to an earlier route.</summary>
    public int VotesBefore { get; init; }

    [JsonIgnore]
    public ApprovalStage? Current => Stage < Stages.Count ? Stages[Stage] : null;
}

internal sealed record Vote(Guid CommandId, Actor Actor, ApprovalDecision Decision, string Reason, TimeSpan? Duration, DateTimeOffset At);

/// <param name="Automatic">Given by a rule rather than by people.</param>
/// <param name="Scheduled">Its basis is checked once more before it holds: it begins later, or was validated some time ago.</param>
internal sealed record Grant(Guid Id, DateTimeOffset GivenAt, DateTimeOffset StartsAt, DateTimeOffset EndsAt, bool Automatic, bool Scheduled, AccessBudget? Budget = null);

/// <summary>Something that a grant rests on is not there for now.</summary>
/// <param name="Cause">One of <see cref="Suspension.Law"/> and <see cref="Suspension.Person"/>; each is lifted on its own.</param>
internal sealed record Suspension(string Cause, string Code, string Reason, DateTimeOffset At)
{
    public const string Law = "law";
    public const string Person = "person";
}

/// <summary>Who or what ended it, when, and why.</summary>
internal sealed record Ending(Actor Actor, DateTimeOffset At, string? Code, string? Reason);
