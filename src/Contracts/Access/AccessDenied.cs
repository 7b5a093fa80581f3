namespace Sovereignty.Contracts.Access;

/// <summary>An approver said no, or a pending request was revoked. The actor is who did. The request is over.</summary>
public sealed record AccessDenied : IAccessEvent
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

    /// <summary>Always <see cref="ApprovalDecision.Deny"/>.</summary>
    public ApprovalDecision Decision { get; init; } = ApprovalDecision.Deny;

    /// <summary>The reason.</summary>
    public required string Reason { get; init; }
}
