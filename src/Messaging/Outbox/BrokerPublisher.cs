using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sovereignty.Messaging.Outbox;

/// <summary>
/// Publishes with confirms on a connection of its own. Every wait has a limit, because a confirm may never come after the
/// broker restarted or refused the exchange.
/// </summary>
internal sealed partial class BrokerPublisher(Uri broker, string service, RelayStatus status, TimeProvider time, ILogger<BrokerPublisher> logger) : IAsyncDisposable
{
    private IConnection? _connection;
    private IChannel? _channel;
    private string _user = "";

    /// <summary>
    /// Publishes all rows; rows of one order key one after the other. What the broker refuses is postponed with its reason.
    /// A broker that is away or gives no answer leaves the rows as they are, to be tried again.
    /// </summary>
    public async Task<RelayOutcome> Publish(IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        var outcome = RelayOutcome.Empty;
        if (!await Connect(cancellationToken))
        {
            return outcome;
        }

        var channel = _channel!;
        using var patience = new Patience(time);
        var attempts = await Task.WhenAll(PublishInOrder(channel, rows, patience));
        for (var i = 0; i < attempts.Length; i++)
        {
            if (attempts[i] is null)
            {
                outcome.Confirmed.Add(rows[i].Id);
            }
        }

        if (attempts.Any(failure => failure is Failure.NoAnswer))
        {
            // The channel may be dead without knowing it; nothing is learnt by asking it again.
            await Close();
        }
        else if (outcome.Confirmed.Count < rows.Count)
        {
            await PublishOneByOne([.. rows.ExceptBy(outcome.Confirmed, row => row.Id)], outcome, cancellationToken);
        }

        return outcome;
    }

    public async ValueTask DisposeAsync() => await Close();

    /// <summary>All at once, but for rows of one key, each of which waits until the one before it is confirmed.</summary>
    private Task<Failure?>[] PublishInOrder(IChannel channel, IReadOnlyList<OutboxRow> rows, Patience patience)
    {
        var attempts = new Task<Failure?>[rows.Count];
        var lastOfKey = new Dictionary<string, Task<Failure?>>(rows.Count);
        for (var i = 0; i < attempts.Length; i++)
        {
            var (row, key) = (rows[i], rows[i].Message.OrderKey);
            attempts[i] = key is not null && lastOfKey.TryGetValue(key, out var before)
                ? PublishAfter(before, channel, row, patience)
                : TryPublish(channel, row, patience);
            if (key is not null)
            {
                lastOfKey[key] = attempts[i];
            }
        }

        return attempts;
    }

    private async Task<Failure?> PublishAfter(Task<Failure?> before, IChannel channel, OutboxRow row, Patience patience) =>
        await before ?? await TryPublish(channel, row, patience);

    /// <summary>After something was refused or broke: finds the rows that do it, so that they do not hold the others.</summary>
    private async Task PublishOneByOne(IReadOnlyList<OutboxRow> rows, RelayOutcome outcome, CancellationToken cancellationToken)
    {
        var held = new HashSet<string>();
        foreach (var row in rows)
        {
            if (row.Message.OrderKey is { } key && held.Contains(key))
            {
                continue;
            }

            if (cancellationToken.IsCancellationRequested || !await Connect(cancellationToken))
            {
                return;
            }

            using var patience = new Patience(time);
            switch (await TryPublish(_channel!, row, patience))
            {
                case null:
                    outcome.Confirmed.Add(row.Id);
                    break;
                case Failure.NoAnswer:
                    await Close();
                    return;
                case Failure.Refused refused:
                    // A row that takes the connection down with it is told from a broker that goes away by connecting again.
                    if (!await Connect(cancellationToken))
                    {
                        return;
                    }

                    outcome.Failed.Add(new(row.Id, refused.Reason, time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, Math.Min(row.Attempts, 10) + 1)))));
                    if (row.Message.OrderKey is { } failedKey)
                    {
                        held.Add(failedKey);
                    }

                    break;
            }
        }
    }

    private async Task<Failure?> TryPublish(IChannel channel, OutboxRow row, Patience patience)
    {
        try
        {
            await channel.BasicPublishAsync(row.Message.Exchange, row.Message.RoutingKey, mandatory: false, PropertiesOf(row), row.Message.Body, patience.Token);
            patience.Renew();
            return null;
        }
        catch (OperationCanceledException) when (channel.IsOpen)
        {
            return new Failure.NoAnswer();
        }
        catch (Exception exception)
        {
            return new Failure.Refused(channel.CloseReason?.ReplyText ?? exception.Message);
        }
    }

    private BasicProperties PropertiesOf(OutboxRow row)
    {
        var message = row.Message;
        var headers = new Dictionary<string, object?>(message.Headers.Count + 1);
        foreach (var (name, value) in message.Headers)
        {
            headers[name] = value;
        }

        // Nobody else's number goes out under this service's name.
        headers.Remove(MessageHeaderNames.Number);
        if (row.Number is { } number)
        {
            headers[MessageHeaderNames.Number] = number;
        }

        return new()
        {
            MessageId = message.MessageId.ToString(),
            ContentType = message.ContentType,
            DeliveryMode = DeliveryModes.Persistent,
            UserId = _user,
            Timestamp = new(time.GetUtcNow().ToUnixTimeSeconds()),
            Headers = headers,
        };
    }

    private async Task<bool> Connect(CancellationToken cancellationToken)
    {
        try
        {
            await OpenChannel(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is BrokerUnreachableException or OperationInterruptedException or IOException or TimeoutException or OperationCanceledException)
        {
            LogUnreachable(exception.GetType().Name, exception.Message);
            return false;
        }
    }

    private async Task OpenChannel(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true })
        {
            return;
        }

        if (_connection is not { IsOpen: true })
        {
            await Close();
            var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false, ClientProvidedName = $"{service} relay" };
            _user = factory.UserName;
            _connection = await factory.CreateConnectionAsync(cancellationToken);
            _connection.ConnectionShutdownAsync += (_, _) => Report(connected: false);
            _connection.ConnectionBlockedAsync += (_, _) => Report(connected: false);
            _connection.ConnectionUnblockedAsync += (_, _) => Report(connected: true);
        }

        if (_channel is not null)
        {
            await _channel.DisposeAsync();
        }

        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);
        _channel = await _connection.CreateChannelAsync(options, cancellationToken);
        status.BrokerConnected = true;
    }

    private Task Report(bool connected)
    {
        status.BrokerConnected = connected;
        return Task.CompletedTask;
    }

    private async Task Close()
    {
        if (_channel is not null)
        {
            await _channel.DisposeAsync();
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        (_channel, _connection) = (null, null);
    }

    private abstract record Failure
    {
        /// <summary>The broker said no, or closed what it was said on.</summary>
        public sealed record Refused(string Reason) : Failure;

        /// <summary>No confirm came in time.</summary>
        public sealed record NoAnswer : Failure;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker cannot be reached: {Error}, {Reason}")]
    private partial void LogUnreachable(string error, string reason);
}
