using System.Diagnostics.Metrics;

namespace Sovereignty.Messaging.Diagnostics;

/// <summary>The meter <c>Sovereignty.Messaging</c>.</summary>
internal sealed class MessagingMetrics
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Sovereignty.Messaging";

    // Long enough for a collector that comes by every minute to see it.
    private static readonly TimeSpan DeadlineLagShown = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SweepExpected = TimeSpan.FromSeconds(5);
    private readonly Counter<long> _duplicates;
    private readonly TimeProvider _time;
    private readonly Lock _deadlines = new();
    private long _outboxDepth;
    private double _outboxAge;
    private TimeSpan _deadlineLag;
    private DateTimeOffset _deadlineLagSeen;
    private DateTimeOffset _deadlinesSwept;

    public MessagingMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _deadlinesSwept = time.GetUtcNow();
        var meter = meters.Create(Name);
        _duplicates = meter.CreateCounter<long>("sovereignty.inbox.duplicates", "{message}", "Messages that had come before");
        meter.CreateObservableGauge("sovereignty.outbox.depth", () => Interlocked.Read(ref _outboxDepth), "{message}", "Messages waiting for the broker");
        meter.CreateObservableGauge("sovereignty.outbox.oldest_age", () => Volatile.Read(ref _outboxAge), "s", "Age of the oldest message waiting for the broker");
        meter.CreateObservableGauge("deadline_lag_seconds", DeadlineLagSeconds, "s", "How late deadlines are applied: the latest of the last minute, or for how long nothing was swept");
    }

    public void Duplicate(string endpoint, int count)
    {
        if (count > 0)
        {
            _duplicates.Add(count, new KeyValuePair<string, object?>("endpoint", endpoint));
        }
    }

    public void Outbox(long depth, TimeSpan age)
    {
        Interlocked.Exchange(ref _outboxDepth, depth);
        Volatile.Write(ref _outboxAge, age.TotalSeconds);
    }

    /// <summary>A sweep of the deadlines is done.</summary>
    /// <param name="latest">How late the latest of them was; zero where none was due.</param>
    public void DeadlinesSwept(TimeSpan latest)
    {
        lock (_deadlines)
        {
            _deadlinesSwept = _time.GetUtcNow();
            if (latest >= _deadlineLag || _deadlinesSwept - _deadlineLagSeen > DeadlineLagShown)
            {
                (_deadlineLag, _deadlineLagSeen) = (latest, _deadlinesSwept);
            }
        }
    }

    private double DeadlineLagSeconds()
    {
        lock (_deadlines)
        {
            var unswept = _time.GetUtcNow() - _deadlinesSwept;
            return (unswept > SweepExpected && unswept > _deadlineLag ? unswept : _deadlineLag).TotalSeconds;
        }
    }
}
