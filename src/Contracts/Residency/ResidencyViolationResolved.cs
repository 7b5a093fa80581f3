namespace Sovereignty.Contracts.Residency;

/// <summary>A violation is over: the data would be admitted again, or none of it is left there.</summary>
public sealed record ResidencyViolationResolved : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The violation.</summary>
    public required ResidencyViolation Violation { get; init; }

    /// <summary>What ended it.</summary>
    public required ViolationResolution Resolution { get; init; }

    /// <summary>The policy epoch at which it was over.</summary>
    public required long Epoch { get; init; }
}
