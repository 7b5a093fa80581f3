namespace Sovereignty.Messaging;

/// <summary>Consumes messages as bytes, from publishers that know nothing of MassTransit.</summary>
public interface IRawConsumer
{
    /// <summary>
    /// Handles one message inside a transaction that it may share with others. Bad input is an outcome, not an exception;
    /// a message that throws goes to the dead-letter queue after the delivery limit. There is no inbox: give what you
    /// publish a message id derived from the message's own.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="unit">The transaction; committed after the call.</param>
    /// <param name="cancellationToken">Set when the service stops; the message comes again.</param>
    Task Consume(RawMessage message, UnitOfWork unit, CancellationToken cancellationToken);
}

/// <summary>A message as it came over the wire.</summary>
public sealed record RawMessage
{
    /// <summary>The exact bytes.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The publisher's <c>message_id</c> property; null when it set none.</summary>
    public string? MessageId { get; init; }

    /// <summary>The <c>content_type</c> property; null when it set none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The broker user that published it, checked by the broker; null when the publisher did not say.</summary>
    public string? UserId { get; init; }

    /// <summary>Headers whose values are strings, numbers or UTF-8 bytes, as strings.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>W3C trace parent: the publisher's, or that of the receive activity.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>How a raw endpoint runs.</summary>
public sealed class RawOptions
{
    internal List<string> Exchanges { get; } = [];

    /// <summary>The most messages in one transaction.</summary>
    public int MaxBatch { get; set; } = 100;

    /// <summary>Declares a durable fanout exchange and binds the queue to it.</summary>
    /// <param name="exchange">The exchange's name.</param>
    public void BindExchange(string exchange) => Exchanges.Add(exchange);
}
