namespace Sovereignty.Contracts.Data;

/// <summary>The data must not be stored as asked; the decision says why and names the nearest regions that would do.</summary>
public sealed record DataRejected : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The data that was asked about.</summary>
    public required string DataId { get; init; }

    /// <summary>The decision, whole.</summary>
    public required Decision Decision { get; init; }
}
