namespace Sovereignty.Contracts.Residency;

/// <summary>A policy epoch began: from here on it decides, on every instance.</summary>
public sealed record EpochActivated : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The epoch; numbers rise by one.</summary>
    public required long Epoch { get; init; }

    /// <summary>SHA-256 in hexadecimal of the policies, rules, facts and regions in force.</summary>
    public required string ContentHash { get; init; }

    /// <summary>When it began; validity is judged by this moment.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>When something starts or ends next, and with it the epoch; null where nothing is known to.</summary>
    public DateTimeOffset? NextBoundary { get; init; }
}
