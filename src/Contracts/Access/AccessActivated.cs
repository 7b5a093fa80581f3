namespace Sovereignty.Contracts.Access;

/// <summary>A scheduled grant was checked again at its start and holds from now on.</summary>
public sealed record AccessActivated : IAccessEvent
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

    /// <summary>The grant.</summary>
    public required Guid GrantId { get; init; }

    /// <summary>The residency policy that allows it now.</summary>
    public Guid? PolicyId { get; init; }

    /// <summary>The version of that policy.</summary>
    public int? PolicyVersion { get; init; }
}
