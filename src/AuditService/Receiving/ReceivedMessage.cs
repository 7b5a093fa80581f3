namespace Sovereignty.AuditService.Receiving;

/// <summary>A message as the broker delivered it.</summary>
internal sealed record ReceivedMessage
{
    public required ReadOnlyMemory<byte> Body { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When one of the platform's services published it; null for everybody else, whose clocks say nothing here.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Since when it waits to be logged.</summary>
    public DateTimeOffset WaitsSince => PublishedAt < ReceivedAt ? PublishedAt.Value : ReceivedAt;

    public string? MessageId { get; init; }

    public string? ContentType { get; init; }

    public string? Source { get; init; }

    public long? Number { get; init; }

    public string? TypeHeader { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>Why its properties could not be read; null where they could.</summary>
    public string? Malformed { get; init; }
}
