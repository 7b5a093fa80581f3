namespace Sovereignty.Messaging.Outbox;

/// <summary>Headers that every message of the platform carries.</summary>
public static class MessageHeaderNames
{
    /// <summary>The number of this message among all that its service published: without gaps, from 1.</summary>
    public const string Number = "sov-number";

    /// <summary>W3C trace context, for any receiver.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>W3C trace parent, where MassTransit looks for it.</summary>
    internal const string MassTransitActivityId = "MT-Activity-Id";
}
