using System.Diagnostics;
using MassTransit;

namespace Sovereignty.Messaging;

/// <summary>What a publisher may say about a message beyond its content.</summary>
public sealed record PublishOptions
{
    /// <summary>The message's id; a new one when null. Receivers take a message id once.</summary>
    public Guid? MessageId { get; init; }

    /// <summary>Messages with the same key are sent in the order of their transactions; null for no order.</summary>
    public string? OrderKey { get; init; }

    /// <summary>W3C trace parent; the current activity's when null.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Headers, as strings.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Options for a message caused by another: its trace goes on.</summary>
    /// <param name="cause">The received message.</param>
    /// <returns>The options.</returns>
    public static PublishOptions CausedBy(ConsumeContext cause) =>
        new() { TraceParent = cause.TryGetPayload(out MessageTrace? trace) ? trace.TraceParent : Activity.Current?.Id };
}

/// <summary>The activity under which a message was received, kept while it waits for its batch.</summary>
/// <param name="TraceParent">W3C trace parent; null when nothing is traced.</param>
internal sealed record MessageTrace(string? TraceParent);
