namespace Sovereignty.Messaging.Outbox;

/// <summary>A message as it will go over the wire.</summary>
internal sealed record OutboxMessage
{
    public required Guid MessageId { get; init; }
    public required string Exchange { get; init; }
    public required string RoutingKey { get; init; }
    public required string ContentType { get; init; }
    public required Dictionary<string, string> Headers { get; init; }
    public required ReadOnlyMemory<byte> Body { get; init; }
    public string? OrderKey { get; init; }

    /// <summary>
    /// Whether it is published, to the exchange of its type, and not sent to a queue or an exchange of its own form. Only what is
    /// published reaches the log, so that only that is numbered: a number the log does not have is then one that is missing.
    /// </summary>
    public bool IsPublished => Exchange.Contains(':');

    /// <summary>Not sent before; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}
