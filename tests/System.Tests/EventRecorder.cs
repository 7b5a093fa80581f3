using System.Collections.Concurrent;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.SystemTests;

/// <summary>Every event of the platform, each message id once.</summary>
internal sealed class EventRecorder(PlatformFixture platform) : IAsyncDisposable
{
    private static readonly string[] WithoutTransition =
        [nameof(AccessCommandRefused), nameof(AccessCommandRepeated), nameof(AccessValidationOverdue), nameof(AccessUsed), nameof(AccessUseRefused), "AccessValidated"];

    private readonly ConcurrentDictionary<string, (string Type, JsonElement Body)> _heard = new();
    private IConnection _connection = null!;

    public static IReadOnlyList<string> Ends { get; } =
        [nameof(AccessRefused), nameof(AccessDenied), nameof(AccessWithdrawn), nameof(AccessLapsed), nameof(AccessEnded), nameof(AccessGivenBack), nameof(AccessExhausted), nameof(AccessRevoked)];

    public async Task Listen()
    {
        _connection = await platform.Connect("operator");
        var channel = await _connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, Wire.ExchangeOf<IEvent>(), "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var envelope = JsonDocument.Parse(delivery.Body.ToArray()).RootElement;
            _heard[delivery.BasicProperties.MessageId!] = (envelope.GetProperty("messageType")[0].GetString()!.Split(':')[^1], envelope.GetProperty("message"));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
    }

    /// <summary>The transitions of one access request, by version.</summary>
    public IReadOnlyList<(string Type, int Version, string MessageId)> Transitions(Guid requestId) =>
    [
        .. _heard
            .Where(heard => heard.Value.Body.TryGetProperty("requestId", out var id) && id.GetGuid() == requestId && !WithoutTransition.Contains(heard.Value.Type))
            .Select(heard => (heard.Value.Type, heard.Value.Body.GetProperty("version").GetInt32(), heard.Key))
            .OrderBy(transition => transition.Item2),
    ];

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();
}
