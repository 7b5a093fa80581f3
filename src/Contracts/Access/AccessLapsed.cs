namespace Sovereignty.Contracts.Access;

/// <summary>Nobody decided in time. The request is over.</summary>
public sealed record AccessLapsed : IAccessEvent
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

    /// <summary>When it lapsed, in UTC: that of the deadline, not of its discovery.</summary>
    public required DateTimeOffset LapsedAt { get; init; }
}
