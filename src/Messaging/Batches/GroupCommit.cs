using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sovereignty.Messaging.Database;

namespace Sovereignty.Messaging.Batches;

/// <summary>
/// Does work in groups: while one group commits, arrivals gather for the next, without a timer. When a group fails its
/// members are tried one by one, so that one bad member fails alone. While the database is away a group waits.
/// </summary>
internal sealed partial class GroupCommit<T> : IAsyncDisposable
{
    private readonly Channel<Member> _channel = Channel.CreateUnbounded<Member>(new() { SingleReader = false });
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<IReadOnlyList<T>, CancellationToken, Task> _commit;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _maxGroup;
    private readonly Task[] _workers;

    public GroupCommit(int maxGroup, int workers, Func<IReadOnlyList<T>, CancellationToken, Task> commit, TimeProvider time, ILogger logger)
    {
        _maxGroup = maxGroup;
        _commit = commit;
        _time = time;
        _logger = logger;
        _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(Work))];
    }

    /// <summary>Completes when the item's group is committed; fails with what the item's own work threw.</summary>
    public async Task Add(T item, CancellationToken cancellationToken)
    {
        var member = new Member(item);
        await _channel.Writer.WriteAsync(member, cancellationToken);
        await member.Done.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Writer.TryComplete();
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
        _stop.Dispose();
    }

    private async Task Work()
    {
        var group = new List<Member>(_maxGroup);
        while (await _channel.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (group.Count < _maxGroup && _channel.Reader.TryRead(out var member))
            {
                group.Add(member);
            }

            if (group.Count > 0)
            {
                await Commit(group);
                group.Clear();
            }
        }
    }

    private async Task Commit(IReadOnlyList<Member> group)
    {
        try
        {
            await CommitWhenPossible([.. group.Select(member => member.Item)]);
            foreach (var member in group)
            {
                member.Done.TrySetResult();
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // Not a failure of the message: it goes back to the queue, not to the error queue.
            foreach (var member in group)
            {
                member.Done.TrySetCanceled();
            }
        }
        catch (Exception) when (group.Count > 1)
        {
            foreach (var member in group)
            {
                await Commit([member]);
            }
        }
        catch (Exception exception)
        {
            foreach (var member in group)
            {
                member.Done.TrySetException(exception);
            }
        }
    }

    private async Task CommitWhenPossible(IReadOnlyList<T> items)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _commit(items, _stop.Token);
                return;
            }
            catch (Exception exception) when (!_stop.IsCancellationRequested && (Transient.IsAway(exception) || (Transient.IsConflict(exception) && attempt <= Transient.ConflictRetries)))
            {
                LogAgain(items.Count, attempt, exception.Message);
                await Task.Delay(Transient.Delay(attempt), _time, _stop.Token);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A group of {Count} waits after attempt {Attempt}: {Reason}")]
    private partial void LogAgain(int count, int attempt, string reason);

    private sealed record Member(T Item)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
