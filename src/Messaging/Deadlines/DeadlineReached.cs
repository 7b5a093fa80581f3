using MassTransit;

namespace Sovereignty.Messaging;

/// <summary>A deadline is due. The receiver checks kind, version and time again: by now it may have been overtaken.</summary>
[ExcludeFromTopology]
public sealed record DeadlineReached
{
    /// <summary>Whose deadline it is.</summary>
    public required Guid CorrelationId { get; init; }

    /// <summary>What falls due, in kebab-case.</summary>
    public required string Kind { get; init; }

    /// <summary>The version of the owner that set it.</summary>
    public required int Version { get; init; }

    /// <summary>When it was due, in UTC.</summary>
    public required DateTimeOffset DueAt { get; init; }
}
