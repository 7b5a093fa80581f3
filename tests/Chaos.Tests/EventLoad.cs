using System.Text.Json;
using RabbitMQ.Client;

namespace Sovereignty.ChaosTests;

/// <summary>Publishes events as policy-service does, numbered from 1, and some of them again; each until the broker has it.</summary>
internal sealed class EventLoad : IAsyncDisposable
{
    public const string Type = "Sovereignty.Contracts.Data:DataAdmitted";

    private const int BatchSize = 50;
    private const double DuplicateShare = 0.1;

    private readonly List<(string Id, byte[] Body)> _sent = [];
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly Random _random;

    private EventLoad(IConnection connection, IChannel channel, Random random)
    {
        _connection = connection;
        _channel = channel;
        _random = random;
    }

    /// <summary>The message with the number n is the n-th.</summary>
    public IReadOnlyList<string> Ids => [.. _sent.Select(message => message.Id)];

    public int Count => _sent.Count;

    public int Duplicates { get; private set; }

    public static async Task<EventLoad> Start(ChaosParts parts, Random random)
    {
        await using (var operators = await parts.Connect())
        {
            await using var declaring = await operators.CreateChannelAsync();
            await declaring.ExchangeDeclareAsync(Type, ExchangeType.Fanout, durable: true);
            await declaring.ExchangeBindAsync("Sovereignty.Contracts:IEvent", Type, "");
        }

        var connection = await new ConnectionFactory { Uri = new(await parts.Host(["amqp", "policy-service"])) }.CreateConnectionAsync();
        return new(connection, await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)), random);
    }

    /// <summary>Publishes while fewer than so many wait to be logged, until it is ended.</summary>
    public async Task Keep(Func<Task<long>> logged, int mostAhead, CancellationToken end)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!end.IsCancellationRequested)
        {
            if (_sent.Count - await logged() < mostAhead)
            {
                await Publish();
            }
            else
            {
                await tick.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private async Task Publish()
    {
        var batch = new List<Task>();
        for (var i = 0; i < BatchSize; i++)
        {
            _sent.Add(Make(_sent.Count + 1));
            batch.Add(Publish(_sent.Count));
            if (_random.NextDouble() < DuplicateShare)
            {
                // Half of them at once, beside the original, half long after it.
                batch.Add(Publish(_random.Next(2) == 0 ? _sent.Count : _random.Next(_sent.Count) + 1));
                Duplicates++;
            }
        }

        await Task.WhenAll(batch);
    }

    private (string Id, byte[] Body) Make(int number)
    {
        var id = new byte[16];
        _random.NextBytes(id);
        var messageId = new Guid(id).ToString();
        return (messageId, JsonSerializer.SerializeToUtf8Bytes(new
        {
            messageId,
            messageType = new[] { $"urn:message:{Type}" },
            message = new
            {
                occurredAt = DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(number),
                tenantId = $"tenant-{number % 7}",
                actor = new { issuer = "https://issuer.test", subject = $"user-{number % 50}" },
                dataId = $"data-{number}",
            },
        }));
    }

    private async Task Publish(int number)
    {
        var (id, body) = _sent[number - 1];
        var properties = new BasicProperties
        {
            MessageId = id,
            ContentType = "application/vnd.masstransit+json",
            DeliveryMode = DeliveryModes.Persistent,
            UserId = "policy-service",
            Headers = new Dictionary<string, object?> { ["sov-number"] = (long)number },
        };
        await _channel.BasicPublishAsync(Type, "", mandatory: true, properties, body);
    }
}
