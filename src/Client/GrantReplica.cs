using Sovereignty.Contracts.Access;

namespace Sovereignty.Client;

/// <summary>
/// A copy of a tenant's grants that knows how old it is, and refuses when it is too old. Its age counts from the moment at which
/// the request was sent whose answer came whole: whatever was true before that is in the copy.
/// </summary>
/// <param name="time">The clock. Age is the longer of what its steady and its calendar part say, so that neither a clock that was
/// set nor a machine that slept makes a copy look young.</param>
/// <param name="bound">Older than this every check answers <c>snapshot-stale</c>.</param>
public sealed class GrantReplica(TimeProvider time, TimeSpan bound)
{
    private volatile Copy? _copy;

    /// <summary>How many grants it holds.</summary>
    public int Count => _copy?.Table.Count ?? 0;

    /// <summary>How old it is; null while nothing was loaded.</summary>
    public TimeSpan? Age => _copy?.SentAt.AgeAt(time, time.GetUtcNow());

    /// <summary>Whether checks are answered from it.</summary>
    public bool IsFresh => Age <= bound;

    /// <summary>Whether a grant covers a use now.</summary>
    /// <param name="question">The use.</param>
    /// <returns>The answer; <c>snapshot-stale</c> where the copy is too old or was never loaded.</returns>
    public AccessAnswer Check(in AccessQuestion question)
    {
        var now = time.GetUtcNow();
        return _copy is { } copy && copy.SentAt.AgeAt(time, now) <= bound
            ? copy.Table.Check(question, now)
            : new(AccessCodes.SnapshotStale, null);
    }

    /// <summary>Whether one certain grant covers a use now, whatever others there are.</summary>
    internal AccessAnswer Check(in AccessQuestion question, Guid grantId)
    {
        var now = time.GetUtcNow();
        if (_copy is not { } copy || copy.SentAt.AgeAt(time, now) > bound)
        {
            return new(AccessCodes.SnapshotStale, null);
        }

        return copy.Table.Find(question, grantId) is { } grant ? GrantCheck.Check([grant], question, now) : new(AccessCodes.NotGranted, null);
    }

    /// <summary>The moment at which a request is sent; for <see cref="Replace"/> and <see cref="Apply"/>, once its answer is there.</summary>
    /// <returns>Now, by both parts of the clock.</returns>
    internal Moment Now() => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>Takes a whole snapshot in place of what was there.</summary>
    internal void Replace(GrantTable table, Moment sentAt) => _copy = new(table, sentAt);

    /// <summary>Takes what changed, and is as young as the request that brought it.</summary>
    internal void Apply(IReadOnlyList<AccessGrant> changes, Moment sentAt)
    {
        if (_copy is not { } copy)
        {
            throw new InvalidOperationException("Changes go onto a snapshot: load one first.");
        }

        foreach (var grant in changes)
        {
            copy.Table.Apply(grant, sentAt.At);
        }

        _copy = copy with { SentAt = sentAt };
    }

    internal void RemoveEnded(DateTimeOffset before) => _copy?.Table.RemoveEnded(before);

    /// <summary>A moment by the steady and by the calendar part of a clock.</summary>
    internal readonly record struct Moment(long Timestamp, DateTimeOffset At)
    {
        public TimeSpan AgeAt(TimeProvider time, DateTimeOffset now)
        {
            var (steady, calendar) = (time.GetElapsedTime(Timestamp), now - At);
            return steady > calendar ? steady : calendar;
        }
    }

    private sealed record Copy(GrantTable Table, Moment SentAt);
}
