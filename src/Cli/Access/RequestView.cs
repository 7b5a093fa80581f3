using Sovereignty.Contracts;

namespace Sovereignty.Cli.Access;

/// <summary>A request as AccessService shows it; what the command line prints of it.</summary>
internal sealed record RequestView
{
    public required Guid RequestId { get; init; }
    public required string State { get; init; }
    public required int Version { get; init; }
    public required Actor Requester { get; init; }
    public required string DataId { get; init; }
    public required string SourceRegion { get; init; }
    public required string TargetRegion { get; init; }
    public required string TargetCountry { get; init; }
    public required string Purpose { get; init; }
    public required string Justification { get; init; }
    public required string Duration { get; init; }
    public string? Jurisdiction { get; init; }
    public IReadOnlyList<string>? ApproverRoles { get; init; }
    public int? Quorum { get; init; }
    public IReadOnlyList<VoteView> Votes { get; init; } = [];
    public DateTimeOffset? LapsesAt { get; init; }
    public string? Code { get; init; }
    public string? Reason { get; init; }
    public Actor? DecidedBy { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public GrantView? Grant { get; init; }

    public bool IsPending => State is "submitted" or "validating" or "awaiting-approval";
}

internal sealed record VoteView(Actor Actor, string Decision, string? Reason, DateTimeOffset At);

internal sealed record GrantView(Guid GrantId, string State, DateTimeOffset StartsAt, DateTimeOffset EndsAt);
