using RabbitMQ.Client;

namespace Sovereignty.Messaging.ErrorQueues;

/// <summary>Messages in the hand of one caller, see <see cref="ErrorQueueBrowser.Hold"/>.</summary>
public sealed class HeldMessages : IAsyncDisposable
{
    private readonly BrokerIdentity _own;
    private readonly IConnection _connection;
    private readonly IChannel? _channel;
    private readonly IReadOnlyList<TakenMessage> _wanted;
    private readonly IReadOnlyList<TakenMessage> _others;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn;

    internal HeldMessages(
        ErrorQueue queue, BrokerIdentity own, IConnection connection, IChannel? channel, IReadOnlyList<TakenMessage> wanted, IReadOnlyList<TakenMessage> others, uint left, TimeProvider time, SemaphoreSlim turn)
    {
        Queue = queue;
        _own = own;
        _connection = connection;
        _channel = channel;
        _wanted = wanted;
        _others = others;
        Others = others.Count + left;
        _time = time;
        _turn = turn;
    }

    /// <summary>The error queue.</summary>
    public ErrorQueue Queue { get; }

    /// <summary>The messages in hand.</summary>
    public IReadOnlyList<ErrorMessage> Messages => [.. _wanted.Select(taken => taken.Message)];

    /// <summary>How many more are in the queue.</summary>
    public long Others { get; }

    /// <summary>The whole of one message: only for people who may read personal data, and never for a log.</summary>
    /// <param name="message">One of <see cref="Messages"/>.</param>
    /// <returns>Its headers, as text, and its body.</returns>
    public (IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body) Open(ErrorMessage message)
    {
        var taken = _wanted.First(one => one.Message == message);
        var headers = new Dictionary<string, string>();
        foreach (var (name, value) in taken.Properties.Headers ?? new Dictionary<string, object?>())
        {
            if (FailureReader.Text(value) is { } text)
            {
                headers[name] = text;
            }
        }

        return (headers, taken.Body);
    }

    /// <summary>
    /// Publishes each to the queue it came from, in order, and takes it out of the error queue when the broker has confirmed
    /// that. A message whose copy here outlives a crash in between is dropped as a duplicate when it is sent again.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; the rest stays.</param>
    /// <returns>Those that the broker did not confirm: they are, as far as known, still in the error queue.</returns>
    public Task<IReadOnlyList<ErrorMessage>> Redrive(CancellationToken cancellationToken) =>
        Settle(cancellationToken, async (taken, token) =>
        {
            var properties = new BasicProperties(taken.Properties)
            {
                UserId = _own.User,
                DeliveryMode = DeliveryModes.Persistent,
                Headers = FailureReader.HeadersBack(taken.Properties, _own),
            };
            properties.ClearExpiration();
            await _channel!.BasicPublishAsync(Queue.Endpoint, "", mandatory: true, properties, taken.Body, token);
        });

    /// <summary>Takes them out of the error queue for good.</summary>
    /// <param name="cancellationToken">Ends the wait; the rest stays.</param>
    /// <returns>Those of which the broker did not say that they are gone.</returns>
    public Task<IReadOnlyList<ErrorMessage>> Discard(CancellationToken cancellationToken) =>
        Settle(cancellationToken, (_, _) => Task.CompletedTask);

    /// <summary>Puts back what was neither redriven nor discarded.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_channel is { IsOpen: true })
            {
                await GiveBack(_wanted.Concat(_others).OrderBy(taken => taken.DeliveryTag), CancellationToken.None);
            }

            // Closing gives back the rest.
            await _connection.DisposeAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<IReadOnlyList<ErrorMessage>> Settle(CancellationToken cancellationToken, Func<TakenMessage, CancellationToken, Task> act)
    {
        var acted = new List<TakenMessage>();
        try
        {
            foreach (var taken in _wanted)
            {
                using var limit = Limit(cancellationToken, out var either);
                using (either)
                {
                    await act(taken, either.Token);
                    await _channel!.BasicAckAsync(taken.DeliveryTag, multiple: false, either.Token);
                }

                acted.Add(taken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException || ErrorQueueBrowser.IsAway(exception))
        {
            // What was done so far counts; the caller learns of the rest.
        }

        if (_channel is null)
        {
            return [];
        }

        // An acknowledgement has no answer of its own. The channel's end has, and comes after it.
        var left = _wanted.Except(acted).ToList();
        return await GiveBack(left.Concat(_others).OrderBy(taken => taken.DeliveryTag), cancellationToken) ? [.. left.Select(taken => taken.Message)] : Messages;
    }

    private async Task<bool> GiveBack(IEnumerable<TakenMessage> messages, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = Limit(cancellationToken, out var either);
            using (either)
            {
                foreach (var message in messages)
                {
                    await _channel!.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true, either.Token);
                }

                await _channel!.CloseAsync(either.Token);
            }

            return true;
        }
        catch (Exception exception) when (exception is OperationCanceledException || ErrorQueueBrowser.IsAway(exception))
        {
            return false;
        }
    }

    private CancellationTokenSource Limit(CancellationToken cancellationToken, out CancellationTokenSource either)
    {
        var limit = new CancellationTokenSource(ErrorQueueBrowser.AnswerLimit, _time);
        either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return limit;
    }
}
