namespace Sovereignty.Contracts.Data;

/// <summary>Known data lies elsewhere by now: it was moved, stored for the first time after it had been classified, or is gone.</summary>
public sealed record PlacementChanged : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The data.</summary>
    public required string DataId { get; init; }

    /// <summary>Codes of all regions with a copy from now on; empty where the data is gone.</summary>
    public required IReadOnlyList<string> Regions { get; init; }
}
