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

    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>Undecided until then, the request lapses; never later than the end that was asked for.</summary>
    public required DateTimeOffset LapsesAt { get; init; }

    /// <summary>How often PolicyService was asked.</summary>
    public int Asked { get; set; }

    public LegalBasis? Basis { get; set; }

    public Routing? Routing { get; set; }

    public List<Vote> Votes { get; init; } = [];

    public Grant? Grant { get; set; }

    public Ending? Ending { get; set; }

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

/// <summary>Who may decide, and how many of them must agree.</summary>
internal sealed record Routing(string Jurisdiction, IReadOnlyList<string> ApproverRoles, int Quorum);

internal sealed record Vote(Guid CommandId, Actor Actor, ApprovalDecision Decision, string Reason, TimeSpan? Duration, DateTimeOffset At);

/// <param name="Automatic">Given by a rule rather than by people.</param>
/// <param name="Scheduled">Its basis is checked once more before it holds: it begins later, or was validated some time ago.</param>
internal sealed record Grant(Guid Id, DateTimeOffset GivenAt, DateTimeOffset StartsAt, DateTimeOffset EndsAt, bool Automatic, bool Scheduled);

/// <summary>Who or what ended it, when, and why.</summary>
internal sealed record Ending(Actor Actor, DateTimeOffset At, string? Code, string? Reason);
