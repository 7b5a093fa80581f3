namespace Sovereignty.Contracts.Residency;

/// <summary>A version of a residency policy was published.</summary>
public sealed record PolicyPublished : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The policy, as last published.</summary>
    public required ResidencyPolicy Policy { get; init; }

    /// <summary>The policy epoch that this change began.</summary>
    public required long Epoch { get; init; }
}
