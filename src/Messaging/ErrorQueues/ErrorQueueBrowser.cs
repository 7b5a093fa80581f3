using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sovereignty.Messaging.ErrorQueues;

/// <summary>
/// The error queues of this service's own endpoints, for people. Looking takes nothing away: what was looked at goes back to
/// its place. One caller at a time, because a message that one holds is out of sight for the others.
/// </summary>
public sealed class ErrorQueueBrowser : IDisposable
{
    /// <summary>The most messages that are looked at, or held, at a time.</summary>
    public const int Most = 500;

    /// <summary>How long the broker may take for one answer.</summary>
    internal static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    private const ushort NotFound = 404;

    private readonly Uri _broker;
    private readonly BrokerIdentity _own;
    private readonly IReadOnlyList<ErrorQueue> _queues;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1);

    internal ErrorQueueBrowser(Uri broker, string service, BrokerIdentity own, IReadOnlyList<string> endpoints, TimeProvider time)
    {
        _broker = broker;
        Service = service;
        _own = own;
        _queues = [.. endpoints.SelectMany(Of)];
        _time = time;
    }

    /// <summary>The service whose queues these are.</summary>
    public string Service { get; }

    /// <summary>Every error queue that the broker has so far, with its oldest message.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BrokerUnavailableException">The broker is away.</exception>
    public Task<IReadOnlyList<ErrorQueue>> List(CancellationToken cancellationToken) =>
        Look(cancellationToken, async (connection, token) =>
        {
            var found = new List<ErrorQueue>();
            foreach (var queue in _queues)
            {
                await using var channel = await OpenIfThere(connection, queue, token);
                if (channel is not null)
                {
                    var (taken, left) = await Take(channel, queue, token);
                    found.Add(Seen(queue, taken, left));
                    await GiveBack(channel, taken, token);
                }
            }

            return (IReadOnlyList<ErrorQueue>)found;
        });

    /// <summary>The first messages of one error queue.</summary>
    /// <param name="queue">The error queue's name.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The queue and its messages, oldest first; null for a queue that is none of this service's error queues.</returns>
    /// <exception cref="BrokerUnavailableException">The broker is away.</exception>
    public async Task<(ErrorQueue Queue, IReadOnlyList<ErrorMessage> Messages)?> Browse(string queue, int limit, CancellationToken cancellationToken)
    {
        if (Find(queue) is not { } known)
        {
            return null;
        }

        return await Look(cancellationToken, async (connection, token) =>
        {
            await using var channel = await OpenIfThere(connection, known, token);
            if (channel is null)
            {
                return (known, (IReadOnlyList<ErrorMessage>)[]);
            }

            var (taken, left) = await Take(channel, known, token);
            await GiveBack(channel, taken, token);
            return (Seen(known, taken, left), (IReadOnlyList<ErrorMessage>)[.. taken.Take(limit).Select(one => one.Message)]);
        });
    }

    /// <summary>
    /// Takes messages in hand, to decide about them: until the answer is disposed nobody else gets them, afterwards those that
    /// were neither redriven nor discarded are back in their place.
    /// </summary>
    /// <param name="queue">The error queue's name.</param>
    /// <param name="id">The message, by <see cref="ErrorMessage.Id"/>, looked for among the first <see cref="Most"/>; null for all of these.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The messages, none where none was found; null for a queue that is none of this service's error queues.</returns>
    /// <exception cref="BrokerUnavailableException">The broker is away.</exception>
    public async Task<HeldMessages?> Hold(string queue, string? id, CancellationToken cancellationToken)
    {
        if (Find(queue) is not { } known)
        {
            return null;
        }

        await _turn.WaitAsync(cancellationToken);
        IConnection? connection = null;
        try
        {
            return await WithLimit(cancellationToken, async token =>
            {
                connection = await Connect(token);
                var channel = await OpenIfThere(connection, known, token);
                if (channel is null)
                {
                    return new(known, _own, connection, null, [], [], 0, _time, _turn);
                }

                var (taken, left) = await Take(channel, known, token);
                var wanted = id is null ? taken : taken.Where(one => one.Message.Id == id).Take(1).ToList();
                return new HeldMessages(known, _own, connection, channel, wanted, [.. taken.Except(wanted)], left, _time, _turn);
            });
        }
        catch
        {
            await Close(connection);
            _turn.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    internal static bool IsAway(Exception exception) =>
        exception is BrokerUnreachableException or OperationInterruptedException or RabbitMQClientException or IOException or TimeoutException or ObjectDisposedException;

    private static IEnumerable<ErrorQueue> Of(string endpoint) =>
    [
        new($"{endpoint}_error", endpoint, ErrorQueueKind.Error, 0, null),
        new($"{endpoint}_skipped", endpoint, ErrorQueueKind.Skipped, 0, null),
        new($"{endpoint}_dead", endpoint, ErrorQueueKind.Dead, 0, null),
    ];

    private ErrorQueue? Find(string queue) => _queues.FirstOrDefault(known => known.Queue == queue);

    private async Task<T> Look<T>(CancellationToken cancellationToken, Func<IConnection, CancellationToken, Task<T>> look)
    {
        await _turn.WaitAsync(cancellationToken);
        IConnection? connection = null;
        try
        {
            return await WithLimit(cancellationToken, async token => await look(connection = await Connect(token), token));
        }
        finally
        {
            await Close(connection);
            _turn.Release();
        }
    }

    private Task<IConnection> Connect(CancellationToken cancellationToken) =>
        new ConnectionFactory { Uri = _broker, AutomaticRecoveryEnabled = false, ClientProvidedName = $"{Service} error queues" }.CreateConnectionAsync(cancellationToken);

    private async Task<T> WithLimit<T>(CancellationToken cancellationToken, Func<CancellationToken, Task<T>> work)
    {
        using var limit = new CancellationTokenSource(AnswerLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (Exception exception) when (IsAway(exception) || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new BrokerUnavailableException(exception);
        }
    }

    /// <summary>A channel with confirms; null where the queue is not there yet, because nothing was ever moved to it.</summary>
    private static async Task<IChannel?> OpenIfThere(IConnection connection, ErrorQueue queue, CancellationToken cancellationToken)
    {
        var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        try
        {
            await channel.QueueDeclarePassiveAsync(queue.Queue, cancellationToken);
            return channel;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == NotFound)
        {
            await channel.DisposeAsync();
            return null;
        }
    }

    private static ErrorQueue Seen(ErrorQueue queue, List<TakenMessage> taken, uint left) =>
        queue with { Count = taken.Count + left, Oldest = taken.MinBy(one => one.Message.Since ?? DateTimeOffset.MaxValue)?.Message };

    /// <summary>
    /// Always as many as possible, however few are wanted: what a quorum queue gets back queues up behind what it got back
    /// before, so to take and return only the first would change the order.
    /// </summary>
    private async Task<(List<TakenMessage> Taken, uint Left)> Take(IChannel channel, ErrorQueue queue, CancellationToken cancellationToken)
    {
        var (taken, left) = (new List<TakenMessage>(), 0u);
        while (taken.Count < Most && await channel.BasicGetAsync(queue.Queue, autoAck: false, cancellationToken) is { } got)
        {
            var body = got.Body.ToArray();
            taken.Add(new(got.DeliveryTag, new(got.BasicProperties), body, FailureReader.Read(got.BasicProperties, body, _own)));
            left = got.MessageCount;
        }

        return (taken, left);
    }

    private static async Task GiveBack(IChannel channel, List<TakenMessage> taken, CancellationToken cancellationToken)
    {
        if (taken.Count > 0)
        {
            await channel.BasicNackAsync(taken[^1].DeliveryTag, multiple: true, requeue: true, cancellationToken);
        }

        await channel.CloseAsync(cancellationToken);
    }

    private static async Task Close(IConnection? connection)
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}
