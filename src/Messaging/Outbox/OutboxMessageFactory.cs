using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using MassTransit.Metadata;
using MassTransit.RabbitMqTransport;
using MassTransit.Serialization;
using Sovereignty.Contracts;

namespace Sovereignty.Messaging.Outbox;

/// <summary>Writes messages in MassTransit's envelope, at the moment they are published, so that the relay only moves bytes.</summary>
internal sealed class OutboxMessageFactory(string service, TimeProvider time)
{
    private static readonly RabbitMqMessageNameFormatter Names = new();

    private readonly Uri _source = new($"exchange:{service}");

    public static string ExchangeOf<T>() => Names.GetMessageName(typeof(T));

    public OutboxMessage Publish<T>(T message, PublishOptions? options)
        where T : class =>
        Envelope(ExchangeOf<T>(), message, options);

    public OutboxMessage Send<T>(string queue, T message, PublishOptions? options)
        where T : class =>
        Envelope(queue, message, options);

    public OutboxMessage Raw(string exchange, string routingKey, string contentType, ReadOnlyMemory<byte> body, PublishOptions? options)
    {
        return new()
        {
            MessageId = options?.MessageId ?? NewId.NextSequentialGuid(),
            Exchange = exchange,
            RoutingKey = routingKey,
            ContentType = contentType,
            Headers = HeadersOf(options),
            Body = body,
            OrderKey = options?.OrderKey,
        };
    }

    /// <summary>Takes over what a consumer or saga published through MassTransit's own context.</summary>
    public static OutboxMessage Captured<T>(SendContext<T> context)
        where T : class
    {
        if (context.Delay is not null)
        {
            throw new NotSupportedException("The outbox sends at once. Set a deadline instead of a delayed message.");
        }

        var headers = HeadersOf(null);
        foreach (var header in context.Headers.GetAll())
        {
            if (header.Value?.ToString() is { } value)
            {
                headers[header.Key] = value;
            }
        }

        return new()
        {
            MessageId = context.MessageId ?? NewId.NextSequentialGuid(),
            Exchange = context.DestinationAddress!.AbsolutePath.Split('/')[^1],
            RoutingKey = context.TryGetPayload(out RabbitMqSendContext? rabbit) ? rabbit.RoutingKey ?? "" : "",
            ContentType = context.Serializer.ContentType.MediaType,
            Headers = headers,
            Body = context.Serializer.GetMessageBody(context).GetBytes(),
            OrderKey = context.CorrelationId?.ToString(),
        };
    }

    private OutboxMessage Envelope<T>(string exchange, T message, PublishOptions? options)
        where T : class
    {
        var messageId = options?.MessageId ?? NewId.NextSequentialGuid();
        return new()
        {
            MessageId = messageId,
            Exchange = exchange,
            RoutingKey = "",
            ContentType = SystemTextJsonMessageSerializer.JsonContentType.MediaType,
            Headers = HeadersOf(options),
            Body = Write(message, messageId, options),
            OrderKey = options?.OrderKey,
        };
    }

    private ReadOnlyMemory<byte> Write<T>(T message, Guid messageId, PublishOptions? options)
        where T : class
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("messageId", messageId);
        json.WriteString("conversationId", messageId);
        json.WriteString("sourceAddress", _source.ToString());
        json.WriteStartArray("messageType");
        foreach (var name in MessageTypeCache<T>.MessageTypeNames)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WritePropertyName("message");
        JsonSerializer.Serialize(json, message, ContractJson.Options);
        json.WriteString("sentTime", time.GetUtcNow());
        json.WriteStartObject("headers");
        foreach (var (name, value) in options?.Headers ?? new Dictionary<string, string>())
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static Dictionary<string, string> HeadersOf(PublishOptions? options)
    {
        var headers = options is null ? [] : new Dictionary<string, string>(options.Headers);
        if ((options?.TraceParent ?? Activity.Current?.Id) is { } trace)
        {
            headers[MessageHeaderNames.TraceParent] = trace;
            headers[MessageHeaderNames.MassTransitActivityId] = trace;
        }

        return headers;
    }
}
