namespace Sovereignty.Contracts.Regions;

/// <summary>Every region as it was at one moment. A projection applies only those with a higher version than its own.</summary>
public sealed record RegionSnapshotTaken : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>All regions, retired ones included.</summary>
    public required IReadOnlyList<Region> Regions { get; init; }
}
