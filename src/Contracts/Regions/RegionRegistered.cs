namespace Sovereignty.Contracts.Regions;

/// <summary>A region was registered.</summary>
public sealed record RegionRegistered : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The region, whole, as it is now.</summary>
    public required Region Region { get; init; }
}
