namespace Sovereignty.Contracts.Residency;

/// <summary>Somebody answers for a violation until a moment; after it the violation counts as open again.</summary>
public sealed record ResidencyViolationAccepted : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The violation.</summary>
    public required Guid ViolationId { get; init; }

    /// <summary>Accepted before this moment, in UTC.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}
