using System.Collections.Concurrent;
using System.Threading.Channels;
using Npgsql;
using Sovereignty.AuditService.Diagnostics;
using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Messaging.Database;

namespace Sovereignty.AuditService.Appending;

/// <summary>
/// Appends in groups: while one append runs, arrivals gather for the next, without a timer. A message is answered when it
/// is durable. While the database is away everything waits; what cannot be stored as it says it is becomes a malformed entry.
/// </summary>
internal sealed partial class LogAppender : IAsyncDisposable
{
    private const int MostBytes = 16 * 1024 * 1024;

    private readonly ConcurrentDictionary<ReceivedMessage, DateTimeOffset> _withoutKey = new(ReferenceEqualityComparer.Instance);
    private readonly Channel<Pending> _arrivals = Channel.CreateUnbounded<Pending>();
    private readonly Channel<Pending> _sealed = Channel.CreateUnbounded<Pending>();
    private readonly CancellationTokenSource _stopWaiting = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly LogStore _store;
    private readonly EntrySealer _sealer;
    private readonly AuditMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<LogAppender> _logger;
    private readonly int _batchSize;
    private readonly Task _sealing;
    private readonly Task _appending;
    private volatile Pending? _oldest;

    public LogAppender(LogStore store, EntrySealer sealer, AuditMetrics metrics, TimeProvider time, ILogger<LogAppender> logger, int batchSize)
    {
        _store = store;
        _sealer = sealer;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _batchSize = batchSize;
        metrics.ObserveDebt(() => Debt.TotalSeconds);
        _sealing = OnItsOwnThread(Seal);
        _appending = OnItsOwnThread(Append);
    }

    /// <summary>
    /// How long the oldest event that came here waits to be stored: since one of the platform's services published it, else since
    /// it came here. Queues are emptied from their oldest end, so this tells of a long queue too.
    /// </summary>
    public TimeSpan Debt
    {
        get
        {
            var now = _time.GetUtcNow();

            // In the order that messages go, so that one which moves on meanwhile is seen.
            IEnumerable<DateTimeOffset?> waiting =
            [
                _arrivals.Reader.TryPeek(out var toSeal) ? toSeal.Message.WaitsSince : null,
                .. _withoutKey.Values,
                _sealed.Reader.TryPeek(out var toAppend) ? toAppend.Message.WaitsSince : null,
                _oldest?.Message.WaitsSince,
            ];
            return now - waiting.Append(now).Min()!.Value;
        }
    }

    /// <summary>Completes when the message is durably in the log. Fails only when the service stops; the message comes again then.</summary>
    public async Task<AppendOutcome> Append(ReceivedMessage message, CancellationToken ct)
    {
        _metrics.Received.Add(1);
        var pending = new Pending(message, ct);
        if (!_arrivals.Writer.TryWrite(pending))
        {
            throw new OperationCanceledException("The service stops.");
        }

        return await pending.Done.Task;
    }

    /// <summary>The service stops: what cannot be appended at once is given back to the broker.</summary>
    public void StopWaiting() => _stopWaiting.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stopWaiting.CancelAsync();
        _arrivals.Writer.TryComplete();
        await _stop.CancelAsync();
        await _sealing;
        _sealed.Writer.TryComplete();
        await _appending;
        _stop.Dispose();
        _stopWaiting.Dispose();
    }

    // What runs in the thread pool comes behind all that waits there, and with it what it awaits.
    private static Task OnItsOwnThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Seal()
    {
        while (_arrivals.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_arrivals.Reader.TryRead(out var pending))
            {
                // Others do not wait for a key that is read or made.
                if (!TrySeal(pending, _sealer.PrepareAtOnce, attempt: 1))
                {
                    _withoutKey[pending.Message] = pending.Message.WaitsSince;
                    _ = Task.Run(() => SealWhenPossible(pending));
                }
            }
        }
    }

    /// <returns>Whether there is an end to it: it is sealed, or will never be.</returns>
    private bool TrySeal(Pending pending, Func<ReceivedMessage, PreparedEntry?> prepare, int attempt)
    {
        try
        {
            pending.Entry = prepare(pending.Message);
        }
        catch (Exception exception) when (KeyStore.IsFailure(exception))
        {
            LogWaits(1, attempt, exception.Message);
        }
        catch (Exception exception)
        {
            // What nobody foresaw gives back this message, and stops no other.
            pending.Done.TrySetException(exception);
            return true;
        }

        if (pending.Entry is null)
        {
            return false;
        }

        if (!_sealed.Writer.TryWrite(pending))
        {
            pending.Done.TrySetCanceled();
        }

        return true;
    }

    private async Task SealWhenPossible(Pending pending)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(pending.Ct, _stopWaiting.Token);
            for (var attempt = 1; !TrySeal(pending, _sealer.Prepare, attempt); attempt++)
            {
                await Task.Delay(Transient.Delay(attempt), _time, either.Token);
            }
        }
        catch (Exception exception)
        {
            pending.Done.TrySetException(exception);
        }
        finally
        {
            // Given back to the broker, it waits there and no longer here.
            _withoutKey.TryRemove(pending.Message, out _);
        }
    }

    private void Append()
    {
        var group = new List<Pending>(_batchSize);
        while (_sealed.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            var bytes = 0L;
            while (group.Count < _batchSize && bytes < MostBytes && _sealed.Reader.TryRead(out var pending))
            {
                _oldest ??= pending;
                bytes += pending.Entry!.Sealed.Length;
                group.Add(pending);
            }

            Append(group);
            group.Clear();
            _oldest = null;
        }
    }

    private void Append(List<Pending> group)
    {
        try
        {
            var outcomes = AppendWhenPossible(group);
            for (var i = 0; i < group.Count; i++)
            {
                _metrics.Count(outcomes[i].Result, group[i].Entry!.IsMalformed);
                group[i].Done.TrySetResult(outcomes[i]);
            }
        }
        catch (Exception exception)
        {
            foreach (var pending in group)
            {
                pending.Done.TrySetException(exception);
            }
        }
    }

    private AppendOutcome[] AppendWhenPossible(List<Pending> group)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return _store.Append([.. group.Select(pending => pending.Entry!)], _stop.Token);
            }
            catch (PostgresException exception) when (IsAboutTheData(exception) && !(group.Count == 1 && group[0].Entry!.IsMalformed))
            {
                return AppendApart(group, exception);
            }
            catch (Exception exception) when (!_stop.IsCancellationRequested)
            {
                LogWaits(group.Count, attempt, exception.Message);
                Task.Delay(Transient.Delay(attempt), _time, _stopWaiting.Token).GetAwaiter().GetResult();
            }
        }
    }

    private AppendOutcome[] AppendApart(List<Pending> group, PostgresException exception)
    {
        if (group.Count == 1)
        {
            LogUnstorable(group[0].Entry!.MessageId, exception.SqlState);
            group[0].Entry = _sealer.PrepareMalformed(group[0].Message, $"unstorable-{exception.SqlState}");
            return AppendWhenPossible(group);
        }

        var half = group.Count / 2;
        return [.. AppendWhenPossible(group[..half]), .. AppendWhenPossible(group[half..])];
    }

    // Data exceptions, violated checks, limits of size. Anything else may pass by waiting.
    private static bool IsAboutTheData(PostgresException exception) =>
        exception.SqlState is ['2', '2', ..] or ['5', '4', ..] or PostgresErrorCodes.CheckViolation or PostgresErrorCodes.NotNullViolation;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} events wait to be logged after attempt {Attempt}: {Reason}")]
    private partial void LogWaits(int count, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The message {MessageId} cannot be stored as it is ({SqlState}); it is logged as malformed")]
    private partial void LogUnstorable(string messageId, string sqlState);

    private sealed class Pending(ReceivedMessage message, CancellationToken ct)
    {
        public ReceivedMessage Message => message;

        public CancellationToken Ct => ct;

        public PreparedEntry? Entry { get; set; }

        public TaskCompletionSource<AppendOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
