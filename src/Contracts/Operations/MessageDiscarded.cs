namespace Sovereignty.Contracts.Operations;

/// <summary>An operator removed a message from an error queue for good.</summary>
public sealed record MessageDiscarded : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The tenant that the message names; null where it names none.</summary>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The service whose queue it is.</summary>
    public required string Service { get; init; }

    /// <summary>The error queue.</summary>
    public required string Queue { get; init; }

    /// <summary>The message's id; for one without, the name it goes by in its error queue.</summary>
    public required string MessageId { get; init; }

    /// <summary>The type that the message says it has; null where it says none.</summary>
    public string? MessageType { get; init; }

    /// <summary>Why, in the words of the operator.</summary>
    public required string Reason { get; init; }

    /// <summary>How far it came, see <see cref="OperationCodes"/>.</summary>
    public required string Code { get; init; }
}
