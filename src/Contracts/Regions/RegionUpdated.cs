namespace Sovereignty.Contracts.Regions;

/// <summary>The description of a region changed.</summary>
public sealed record RegionUpdated : IEvent
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
