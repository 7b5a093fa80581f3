using System.Buffers;
using System.Text.Json;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sovereignty.Contracts;

namespace Sovereignty.Messaging.Bench;

/// <summary>Messages by RabbitMQ.Client alone, in the envelope that the product writes.</summary>
internal static class Wire
{
    public const string ContentType = "application/vnd.masstransit+json";

    public static async Task<IChannel> Publisher(IConnection connection) =>
        await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null));

    public static ValueTask Publish(this IChannel channel, string exchange, string routingKey, Guid id, ReadOnlyMemory<byte> body, string user, CancellationToken cancellation = default) =>
        channel.BasicPublishAsync(
            exchange,
            routingKey,
            mandatory: false,
            new BasicProperties { MessageId = id.ToString(), ContentType = ContentType, DeliveryMode = DeliveryModes.Persistent, UserId = user },
            body,
            cancellation);

    public static ReadOnlyMemory<byte> Envelope<T>(T message, Guid id)
        where T : class
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("messageId", id);
        json.WriteString("conversationId", id);
        json.WriteString("sourceAddress", "exchange:bench");
        json.WriteStartArray("messageType");
        json.WriteStringValue(Urn<T>.Text);
        json.WriteEndArray();
        json.WritePropertyName("message");
        JsonSerializer.Serialize(json, message, ContractJson.Options);
        json.WriteString("sentTime", TimeProvider.System.GetUtcNow());
        json.WriteStartObject("headers");
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    public static Received<T> Read<T>(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize<Received<T>>(body, ContractJson.Options)!;

    /// <summary>Hears an exchange without acknowledging, on a queue that ends with its channel.</summary>
    public static async Task<IChannel> Listen(IConnection connection, string exchange, Action<ReadOnlyMemory<byte>> hear)
    {
        var channel = await connection.CreateChannelAsync();
        var queue = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(queue.QueueName, exchange, "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivered) =>
        {
            hear(delivered.Body);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return channel;
    }

    /// <summary>A queue with the arguments that the product gives its own.</summary>
    public static async Task DeclareQuorumQueue(IChannel channel, string queue, params string[] exchanges)
    {
        var dead = $"{queue}_dead";
        await channel.ExchangeDeclareAsync(dead, "fanout", durable: true);
        await channel.QueueDeclareAsync(dead, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.QueueBindAsync(dead, dead, "");
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-quorum-initial-group-size"] = 1,
            ["x-delivery-limit"] = 20,
            ["x-dead-letter-exchange"] = dead,
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        });
        foreach (var exchange in exchanges)
        {
            await channel.ExchangeDeclareAsync(exchange, "fanout", durable: true);
            await channel.QueueBindAsync(queue, exchange, "");
        }
    }

    internal sealed record Received<T>(Guid MessageId, T Message);

    private static class Urn<T>
        where T : class
    {
        public static readonly string Text = MessageUrn.ForTypeString<T>();
    }
}
