namespace Sovereignty.Contracts.Regions;

/// <summary>A region moved to another state of its life.</summary>
public sealed record RegionStateChanged : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The state it left.</summary>
    public required RegionState Previous { get; init; }

    /// <summary>Why, as its operator said.</summary>
    public string? Reason { get; init; }

    /// <summary>The region, whole, as it is now.</summary>
    public required Region Region { get; init; }
}
