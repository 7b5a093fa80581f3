namespace Sovereignty.Contracts.Residency;

/// <summary>The platform's rule for a classification level changed.</summary>
public sealed record ClassificationRuleChanged : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The rule from now on.</summary>
    public required ClassificationRule Rule { get; init; }

    /// <summary>Rises by one with each change of this rule, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The policy epoch that this change began.</summary>
    public required long Epoch { get; init; }
}
