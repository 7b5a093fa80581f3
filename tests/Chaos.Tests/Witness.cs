using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sovereignty.Testing;

namespace Sovereignty.ChaosTests;

/// <summary>An event as it went over the wire.</summary>
internal sealed record WireEvent(string Exchange, string MessageId, Deposit Deposit, int? Version, long? PublishNumber);

/// <summary>A queue that takes every event of the service and is read when all is over, so that nothing but the service shapes its order.</summary>
internal sealed class Witness(ChaosParts parts, string queue)
{
    private static readonly string[] Watched = [Exchanges.Deposited, Exchanges.Entered, Exchanges.Settled];

    public async Task Declare()
    {
        await using var connection = await parts.Connect();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        foreach (var exchange in Watched)
        {
            await channel.ExchangeDeclareAsync(exchange, "fanout", durable: true);
            await channel.QueueBindAsync(queue, exchange, "");
        }
    }

    public async Task<IReadOnlyList<WireEvent>> Read()
    {
        await using var connection = await parts.Connect();
        await using var channel = await connection.CreateChannelAsync();
        var count = (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        var events = new List<WireEvent>((int)count);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            events.Add(Parse(delivery));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        await Eventually.True(() => events.Count >= count, "the witness is heard", TimeSpan.FromSeconds(120));
        return events;
    }

    private static WireEvent Parse(BasicDeliverEventArgs delivery)
    {
        using var envelope = JsonDocument.Parse(delivery.Body);
        var message = envelope.RootElement.GetProperty("message");
        var account = message.TryGetProperty("correlationId", out var id) ? id : message.GetProperty("account");
        int? version = message.TryGetProperty("version", out var property) ? property.GetInt32() : null;
        var number = delivery.BasicProperties.Headers?.TryGetValue("sov-number", out var header) == true ? Convert.ToInt64(header) : (long?)null;
        return new(delivery.Exchange, delivery.BasicProperties.MessageId!, new(account.GetGuid(), message.GetProperty("number").GetInt32()), version, number);
    }
}
