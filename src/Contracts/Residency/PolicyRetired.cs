namespace Sovereignty.Contracts.Residency;

/// <summary>A residency policy applies no more.</summary>
public sealed record PolicyRetired : IEvent
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
