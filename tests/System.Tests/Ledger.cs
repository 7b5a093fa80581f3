using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;

namespace Sovereignty.SystemTests;

/// <summary>
/// A platform service that publishes DataCreated until the broker confirms each, through any outage, and writes down every
/// answer by its message id.
/// </summary>
internal sealed class Ledger : IAsyncDisposable
{
    private readonly PlatformFixture _platform;
    private readonly string _queue = $"platform.ledger-{Guid.NewGuid():N}";
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, Decision>> _answers = new();
    private Task _listening = Task.CompletedTask;

    public Ledger(PlatformFixture platform) => _platform = platform;

    /// <summary>Message id by data id.</summary>
    public ConcurrentDictionary<string, Guid> Sent { get; } = new();

    public int Answered => Sent.Keys.Count(_answers.ContainsKey);

    /// <summary>The message ids of all answers.</summary>
    public IEnumerable<string> AnswerIds => _answers.Values.SelectMany(answers => answers.Keys);

    /// <summary>Different answers, by message id, for one data id.</summary>
    public IReadOnlyCollection<Decision> AnswersFor(string dataId) => _answers.TryGetValue(dataId, out var answers) ? [.. answers.Values] : [];

    public async Task Listen()
    {
        await using var connection = await _platform.Connect("platform-service");
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(_queue, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(_queue, Wire.ExchangeOf<DataAdmitted>(), "");
        await channel.QueueBindAsync(_queue, Wire.ExchangeOf<DataRejected>(), "");
        _listening = Task.Run(ListenThroughOutages);
    }

    /// <summary>Publishes, again and again, until the broker has it.</summary>
    public async Task Publish(IEnumerable<DataCreated> data, CancellationToken cancellationToken = default)
    {
        var waiting = new Queue<(DataCreated Data, Guid Id)>(data.Select(item => (item, Guid.NewGuid())));
        while (waiting.Count > 0)
        {
            try
            {
                await using var connection = await _platform.Connect("platform-service");
                await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
                while (waiting.TryPeek(out var next))
                {
                    using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                    await Wire.Publish(channel, next.Data, next.Id, limit.Token);
                    Sent[next.Data.DataId] = next.Id;
                    waiting.Dequeue();
                }
            }
            catch (Exception exception) when (IsOutage(exception))
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
    }

    private async Task ListenThroughOutages()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _platform.Connect("platform-service");
                await using var channel = await connection.CreateChannelAsync();
                var ended = new TaskCompletionSource();
                channel.ChannelShutdownAsync += (_, _) =>
                {
                    ended.TrySetResult();
                    return Task.CompletedTask;
                };
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += async (_, delivery) =>
                {
                    var envelope = JsonDocument.Parse(delivery.Body).RootElement;
                    var decision = envelope.GetProperty("message").GetProperty("decision").Deserialize<Decision>(ContractJson.Options)!;
                    _answers.GetOrAdd(decision.DataId, _ => new())[delivery.BasicProperties.MessageId!] = decision;
                    await channel.BasicAckAsync(delivery.DeliveryTag, false);
                };
                await channel.BasicConsumeAsync(_queue, autoAck: false, consumer);
                await ended.Task.WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
            }
            catch (Exception exception) when (IsOutage(exception))
            {
                await Task.Delay(100);
            }
        }
    }

    private static bool IsOutage(Exception exception) =>
        exception is RabbitMQ.Client.Exceptions.RabbitMQClientException or IOException or OperationCanceledException or ObjectDisposedException or TimeoutException;
}

/// <summary>Contracts on the wire, written by hand: nothing here comes from the product's own messaging.</summary>
internal static class Wire
{
    public static string ExchangeOf<T>() => $"{typeof(T).Namespace}:{typeof(T).Name}";

    public static async Task Publish(IChannel channel, DataCreated data, Guid messageId, CancellationToken cancellationToken, string? traceParent = null)
    {
        var envelope = new
        {
            messageId,
            messageType = new[] { $"urn:message:{ExchangeOf<DataCreated>()}", $"urn:message:{ExchangeOf<IEvent>()}" },
            message = data,
        };
        var properties = new BasicProperties
        {
            MessageId = messageId.ToString(),
            ContentType = "application/vnd.masstransit+json",
            DeliveryMode = DeliveryModes.Persistent,
            UserId = "platform-service",
            Headers = traceParent is null ? null : new Dictionary<string, object?> { ["MT-Activity-Id"] = traceParent, ["traceparent"] = traceParent },
        };
        await channel.BasicPublishAsync(ExchangeOf<DataCreated>(), "", mandatory: false, properties, JsonSerializer.SerializeToUtf8Bytes(envelope, ContractJson.Options), cancellationToken);
    }

    public static DataCreated Data(string dataId, string primary = "eu-central-1", string type = "customer-profile", string? level = "identity", string tenant = "acme") =>
        new()
        {
            OccurredAt = TimeProvider.System.GetUtcNow(),
            TenantId = tenant,
            Actor = new() { Issuer = "test", Subject = "publisher" },
            DataId = dataId,
            DataType = type,
            Classification = level,
            PrimaryRegion = primary,
        };

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
