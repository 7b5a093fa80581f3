namespace Sovereignty.Contracts.Audit;

/// <summary>
/// An alarm: one of the platform's services gives numbers a second time. Its database was set back to a backup, or somebody else
/// publishes in its name. One alarm tells of the whole stretch.
/// </summary>
public sealed record NumbersRepeated : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The service that gave the numbers.</summary>
    public required string Source { get; init; }

    /// <summary>The number that was the first to come again.</summary>
    public required long Number { get; init; }

    /// <summary>The highest number that the log had of the service then: one that was set back repeats them up to it.</summary>
    public required long Highest { get; init; }

    /// <summary>When the log received the entry that showed it.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The index in the log of the entry that showed it: the second one with that number.</summary>
    public required long ShownBy { get; init; }
}
