namespace Sovereignty.Contracts.Residency;

/// <summary>A tenant chose how long it keeps data of a level.</summary>
public sealed record RetentionRuleChanged : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The choice from now on.</summary>
    public required RetentionRule Rule { get; init; }

    /// <summary>Rises by one with each choice for this level, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The policy epoch that this change began.</summary>
    public required long Epoch { get; init; }
}
