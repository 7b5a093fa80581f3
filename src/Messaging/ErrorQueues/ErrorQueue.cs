namespace Sovereignty.Messaging.ErrorQueues;

/// <summary>A queue of messages that wait for a person, at one moment.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="Endpoint">The queue that its messages come from and go back to.</param>
/// <param name="Kind">Why messages come here.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Oldest">The first of them; null when there is none.</param>
public sealed record ErrorQueue(string Queue, string Endpoint, ErrorQueueKind Kind, long Count, ErrorMessage? Oldest);

/// <summary>Why messages are in an error queue.</summary>
public enum ErrorQueueKind
{
    /// <summary>Their consumer failed.</summary>
    Error,

    /// <summary>No consumer of the endpoint takes their type.</summary>
    Skipped,

    /// <summary>They were delivered too often, or could not be read at all.</summary>
    Dead,
}
