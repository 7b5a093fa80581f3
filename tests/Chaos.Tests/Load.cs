using System.Text.Json;
using RabbitMQ.Client;

namespace Sovereignty.ChaosTests;

internal readonly record struct Deposit(Guid Account, int Number);

/// <summary>Publishes deposits through every outage, each until the broker has it, and some of them again.</summary>
internal sealed class Load(ChaosParts parts, Random random) : IAsyncDisposable
{
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly List<(Deposit Deposit, Guid MessageId)> _sent = [];
    private readonly Dictionary<Guid, int> _lastNumbers = [];
    private readonly List<Guid> _active = [];
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>How many accounts take deposits at a time: few, so that messages of one meet.</summary>
    public int ActiveAccounts { get; init; } = 4;

    public int DepositsPerAccount { get; init; } = 40;

    /// <summary>The share of messages that is published a second time under the same id.</summary>
    public double DuplicateShare { get; init; } = 0.1;

    public IReadOnlyCollection<Deposit> Sent => [.. _sent.Select(message => message.Deposit)];

    public int Count => _sent.Count;

    public int Duplicates { get; private set; }

    /// <summary>How often a batch was published again because the broker was away before it confirmed.</summary>
    public int Repetitions { get; private set; }

    /// <summary>Publishes so many new deposits, and returns when the broker has them.</summary>
    public async Task Publish(int count)
    {
        var batch = Enumerable.Range(0, count).Select(_ => Next()).ToList();
        foreach (var again in batch.ToList().Where(_ => random.NextDouble() < DuplicateShare))
        {
            // Half of the duplicates come at once, beside the original, half long after it.
            batch.Add(_sent is [] || random.Next(2) == 0 ? again : _sent[random.Next(_sent.Count)]);
            Duplicates++;
        }

        while (!await TryPublish(batch))
        {
            Repetitions++;
            await Task.Delay(Pause);
        }

        _sent.AddRange(batch.Take(count));
    }

    public async ValueTask DisposeAsync() => await Close();

    private (Deposit Deposit, Guid MessageId) Next()
    {
        while (_active.Count < ActiveAccounts)
        {
            _active.Add(NewId());
        }

        var account = _active[random.Next(_active.Count)];
        var number = _lastNumbers[account] = _lastNumbers.GetValueOrDefault(account) + 1;
        if (number == DepositsPerAccount)
        {
            _active.Remove(account);
        }

        return (new(account, number), NewId());
    }

    private Guid NewId()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new(bytes);
    }

    private async Task<bool> TryPublish(List<(Deposit Deposit, Guid MessageId)> batch)
    {
        try
        {
            var channel = await Channel();
            using var limit = new CancellationTokenSource(ConfirmLimit);
            await Task.WhenAll(batch.Select(message => Publish(channel, message.Deposit, message.MessageId, limit.Token)));
            return true;
        }
        catch (Exception exception) when (ChaosParts.IsBrokerAway(exception))
        {
            await Close();
            return false;
        }
    }

    private static async Task Publish(IChannel channel, Deposit deposit, Guid messageId, CancellationToken cancellationToken)
    {
        var properties = new BasicProperties
        {
            MessageId = messageId.ToString(),
            ContentType = "application/vnd.masstransit+json",
            DeliveryMode = DeliveryModes.Persistent,
            UserId = "operator",
        };
        var envelope = new
        {
            messageId,
            messageType = new[] { $"urn:message:{Exchanges.Deposit}" },
            message = new { correlationId = deposit.Account, number = deposit.Number },
        };
        await channel.BasicPublishAsync(Exchanges.Deposit, "", mandatory: true, properties, JsonSerializer.SerializeToUtf8Bytes(envelope), cancellationToken);
    }

    private async Task<IChannel> Channel()
    {
        if (_channel is not { IsOpen: true })
        {
            await Close();
            _connection = await parts.Connect();
            _channel = await _connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        }

        return _channel;
    }

    private async Task Close()
    {
        var connection = _connection;
        (_connection, _channel) = (null, null);
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}

/// <summary>Names on the wire, written by hand: nothing here comes from the product's own messaging.</summary>
internal static class Exchanges
{
    public const string Deposit = "Sovereignty.Chaos:Deposit";
    public const string Deposited = "Sovereignty.Chaos:Deposited";
    public const string Entered = "Sovereignty.Chaos:Entered";
    public const string Settled = "Sovereignty.Chaos:Settled";
}
