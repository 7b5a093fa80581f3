namespace Sovereignty.Contracts.Residency;

/// <summary>A legal fact was recorded, or changed.</summary>
public sealed record LegalFactChanged : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The fact, as last recorded.</summary>
    public required LegalFact Fact { get; init; }

    /// <summary>Rises by one with each change of this fact, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The policy epoch that this change began.</summary>
    public required long Epoch { get; init; }
}
