namespace Sovereignty.Contracts.Audit;

/// <summary>An alarm: a message id that is in the log already came again with other bytes.</summary>
public sealed record MessageIdConflict : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The message id that both have.</summary>
    public required string ConflictingMessageId { get; init; }

    /// <summary>The index in the log of the first of them.</summary>
    public required long FirstIndex { get; init; }

    /// <summary>A keyed hash (HMAC-SHA-256) of the body that came now, in hexadecimal: a bare one would outlive the erasure of the body.</summary>
    public required string BodyHash { get; init; }
}
