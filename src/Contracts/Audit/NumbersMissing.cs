namespace Sovereignty.Contracts.Audit;

/// <summary>
/// An alarm: events that one of the platform's services published are not in the log. Each service numbers what it publishes
/// without gaps, and later numbers have been there for longer than the grace. One alarm tells of all that is missing of a service by then
/// and was not told before.
/// </summary>
public sealed record NumbersMissing : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The service that gave the numbers.</summary>
    public required string Source { get; init; }

    /// <summary>The first number that is missing.</summary>
    public required long First { get; init; }

    /// <summary>The last number that is missing.</summary>
    public required long Last { get; init; }

    /// <summary>How many are missing from the first to the last; at most, where they are more than 10,000 stretches.</summary>
    public required long Count { get; init; }

    /// <summary>When the log received the entry that showed it.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The index in the log of the entry that showed it: the first with a number after the first missing one.</summary>
    public required long ShownBy { get; init; }
}
