using System.Diagnostics.Metrics;

namespace Sovereignty.Messaging.Diagnostics;

/// <summary>The meter <c>Sovereignty.Messaging</c>.</summary>
internal sealed class MessagingMetrics
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Sovereignty.Messaging";

    private readonly Counter<long> _duplicates;
    private long _outboxDepth;
    private double _outboxAge;
    private double _deadlineLag;

    public MessagingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _duplicates = meter.CreateCounter<long>("sovereignty.inbox.duplicates", "{message}", "Messages that had come before");
        meter.CreateObservableGauge("sovereignty.outbox.depth", () => Interlocked.Read(ref _outboxDepth), "{message}", "Messages waiting for the broker");
        meter.CreateObservableGauge("sovereignty.outbox.oldest_age", () => Volatile.Read(ref _outboxAge), "s", "Age of the oldest message waiting for the broker");
        meter.CreateObservableGauge("sovereignty.deadline.lag", () => Volatile.Read(ref _deadlineLag), "s", "How late the last deadline was applied");
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

    public void DeadlineLag(TimeSpan lag) => Volatile.Write(ref _deadlineLag, lag.TotalSeconds);
}
