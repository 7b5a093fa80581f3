namespace Sovereignty.Contracts.Residency;

/// <summary>Data that was admitted would be rejected now, since a policy, a fact, a rule or a region changed.</summary>
public sealed record ResidencyViolationOpened : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>What is wrong, since when and why, and what can be done.</summary>
    public required ResidencyViolation Violation { get; init; }
}
