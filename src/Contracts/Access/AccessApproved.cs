namespace Sovereignty.Contracts.Access;

/// <summary>An approver said yes. The actor is the approver.</summary>
public sealed record AccessApproved : IAccessEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <inheritdoc/>
    public required Guid RequestId { get; init; }

    /// <inheritdoc/>
    public required int Version { get; init; }

    /// <inheritdoc/>
    public required string DataId { get; init; }

    /// <inheritdoc/>
    public required string SourceRegion { get; init; }

    /// <inheritdoc/>
    public required string TargetRegion { get; init; }

    /// <summary>Always <see cref="ApprovalDecision.Approve"/>.</summary>
    public ApprovalDecision Decision { get; init; } = ApprovalDecision.Approve;

    /// <summary>The approver's reason.</summary>
    public required string Reason { get; init; }

    /// <summary>The duration the approver allows, ISO 8601; null for the one asked for.</summary>
    public string? Duration { get; init; }

    /// <summary>The stage in which it was said, from 1.</summary>
    public int Stage { get; init; } = 1;

    /// <summary>How many more people must approve, in this stage and those to come; 0: the request is approved.</summary>
    public required int Remaining { get; init; }
}
