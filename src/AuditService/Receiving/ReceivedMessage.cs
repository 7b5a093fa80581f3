namespace Sovereignty.AuditService.Receiving;

/// <summary>A message as the broker delivered it.</summary>
internal sealed record ReceivedMessage
{
    public required ReadOnlyMemory<byte> Body { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public string? MessageId { get; init; }

    public string? ContentType { get; init; }

    public string? Source { get; init; }

    public long? Number { get; init; }

    public string? TypeHeader { get; init; }
}
