namespace Sovereignty.Contracts.Audit;

/// <summary>A message could not be read. It is kept, whole, in a dead-letter queue; nothing behind it waits.</summary>
public sealed record MessageMalformed : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The queue it came in by.</summary>
    public required string Queue { get; init; }

    /// <summary>The queue it is kept in.</summary>
    public required string DeadLetterQueue { get; init; }

    /// <summary>The publisher's message id, where it had one.</summary>
    public string? SourceMessageId { get; init; }

    /// <summary>What is wrong: <c>message-id-missing</c>, <c>content-type-unsupported</c>, <c>json-invalid</c>, <c>body-too-large</c>, <c>field-invalid</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong, in a sentence that repeats nothing of the body.</summary>
    public required string Reason { get; init; }
}
