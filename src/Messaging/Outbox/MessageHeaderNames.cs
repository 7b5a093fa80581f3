namespace Sovereignty.Messaging.Outbox;

/// <summary>Headers that every message of the platform carries.</summary>
public static class MessageHeaderNames
{
    /// <summary>The number of this message among all that its service published: without gaps, from 1. What is sent to a queue has none.</summary>
    public const string Number = "sov-number";

    /// <summary>The broker user that published a message first; written, and to be trusted, only where a service moves messages of its own queues.</summary>
    public const string SourceUser = "sov-user-id";

    /// <summary>How often people sent a message back from an error queue to its queue.</summary>
    public const string Redrives = "sov-redrives";

    /// <summary>When a message was moved to an error queue, ISO 8601.</summary>
    public const string MovedAt = "sov-moved-at";

    /// <summary>W3C trace context, for any receiver.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>W3C trace parent, where MassTransit looks for it.</summary>
    internal const string MassTransitActivityId = "MT-Activity-Id";
}
