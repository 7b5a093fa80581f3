namespace Sovereignty.AuditService.Receiving;

/// <summary>A message as the broker delivered it.</summary>
internal sealed record ReceivedMessage
{
    public required ReadOnlyMemory<byte> Body { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When the broker took it; null where the broker does not say.</summary>
    public DateTimeOffset? EnqueuedAt { get; init; }

    /// <summary>Since when it waits to be logged.</summary>
    public DateTimeOffset WaitsSince => EnqueuedAt < ReceivedAt ? EnqueuedAt.Value : ReceivedAt;

    public string? MessageId { get; init; }

    public string? ContentType { get; init; }

    public string? Source { get; init; }

    public long? Number { get; init; }

    public string? TypeHeader { get; init; }
}
