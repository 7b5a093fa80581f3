namespace Sovereignty.AuditService.Tests;

/// <summary>The real clock, set forward at will. Timers run as they do.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ahead;

    public void Forward(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));
}
