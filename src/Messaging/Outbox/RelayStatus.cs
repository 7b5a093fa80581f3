namespace Sovereignty.Messaging.Outbox;

/// <summary>What the relay last saw, for health and metrics.</summary>
internal sealed class RelayStatus
{
    private long _lastRound;

    public bool BrokerConnected { get; set; }

    /// <summary>Called after each publish, before its rows are deleted. Only fault injection sets it.</summary>
    public Action? Published { get; set; }

    public DateTimeOffset? LastRound => Interlocked.Read(ref _lastRound) is var ticks and not 0 ? new(ticks, TimeSpan.Zero) : null;

    public void Report(DateTimeOffset now) => Interlocked.Exchange(ref _lastRound, now.UtcTicks);
}
