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
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(10);
    private IConnection? _connection;
    private IChannel? _channel;
    private string _user = "";

    /// <summary>Publishes all rows; rows of one order key one after the other. A lost connection leaves rows untouched, to be tried again.</summary>
    public async Task<RelayOutcome> Publish(IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        var outcome = RelayOutcome.Empty;
        try
        {
            var channel = await Channel(cancellationToken);
            var sent = await Task.WhenAll(rows.GroupBy(row => row.Message.OrderKey ?? row.Id.ToString()).Select(group => PublishInOrder(channel, group)));
            outcome.Confirmed.AddRange(sent.SelectMany(ids => ids));
        }
        catch (Exception exception) when (exception is BrokerUnreachableException or OperationInterruptedException or IOException or TimeoutException)
        {
            LogUnreachable(exception.GetType().Name, exception.Message);
        }

        if (outcome.Confirmed.Count < rows.Count && await Reconnect(cancellationToken))
        {
            await PublishOneByOne([.. rows.ExceptBy(outcome.Confirmed, row => row.Id)], outcome, cancellationToken);
        }

        return outcome;
    }

    public async ValueTask DisposeAsync() => await Close();

    private async Task<List<long>> PublishInOrder(IChannel channel, IEnumerable<OutboxRow> rows)
    {
        var confirmed = new List<long>();
        foreach (var row in rows)
        {
            if (await TryPublish(channel, row) is not null)
            {
                break;
            }

            confirmed.Add(row.Id);
        }

        return confirmed;
    }

    /// <summary>After a channel broke: finds the rows that break it, so that they do not hold the others.</summary>
    private async Task PublishOneByOne(IReadOnlyList<OutboxRow> rows, RelayOutcome outcome, CancellationToken cancellationToken)
    {
        var held = new HashSet<string>();
        foreach (var row in rows)
        {
            if (cancellationToken.IsCancellationRequested || (row.Message.OrderKey is { } key && held.Contains(key)))
            {
                continue;
            }

            if (await TryPublish(_channel!, row) is not { } error)
            {
                outcome.Confirmed.Add(row.Id);
                continue;
            }

            if (_connection is not { IsOpen: true })
            {
                return;
            }

            outcome.Failed.Add(new(row.Id, error, time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, row.Attempts + 1)))));
            if (row.Message.OrderKey is { } failedKey)
            {
                held.Add(failedKey);
            }

            if (!await Reconnect(cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<string?> TryPublish(IChannel channel, OutboxRow row)
    {
        var message = row.Message;
        var headers = new Dictionary<string, object?>(message.Headers.Count + 1);
        foreach (var (name, value) in message.Headers)
        {
            headers[name] = value;
        }

        headers[MessageHeaderNames.Number] = row.Number;
        var properties = new BasicProperties
        {
            MessageId = message.MessageId.ToString(),
            ContentType = message.ContentType,
            DeliveryMode = DeliveryModes.Persistent,
            UserId = _user,
            Headers = headers,
        };

        try
        {
            using var limit = new CancellationTokenSource(ConfirmLimit, time);
            await channel.BasicPublishAsync(message.Exchange, message.RoutingKey, mandatory: false, properties, message.Body, limit.Token);
            return null;
        }
        catch (Exception exception) when (exception is OperationCanceledException or PublishException or OperationInterruptedException or IOException or ObjectDisposedException)
        {
            return channel.CloseReason?.ReplyText ?? exception.Message;
        }
    }

    private async Task<bool> Reconnect(CancellationToken cancellationToken)
    {
        try
        {
            if (_channel is { IsOpen: false })
            {
                await _channel.DisposeAsync();
                _channel = null;
            }

            await Channel(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is BrokerUnreachableException or OperationInterruptedException or IOException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<IChannel> Channel(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true })
        {
            return _channel;
        }

        if (_connection is not { IsOpen: true })
        {
            await Close();
            var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false, ClientProvidedName = $"{service} relay" };
            _user = factory.UserName;
            _connection = await factory.CreateConnectionAsync(cancellationToken);
            _connection.ConnectionShutdownAsync += (_, _) =>
            {
                status.BrokerConnected = false;
                return Task.CompletedTask;
            };
        }

        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);
        _channel = await _connection.CreateChannelAsync(options, cancellationToken);
        status.BrokerConnected = true;
        return _channel;
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker cannot be reached: {Error}, {Reason}")]
    private partial void LogUnreachable(string error, string reason);
}
