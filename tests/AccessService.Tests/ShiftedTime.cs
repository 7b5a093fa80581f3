namespace Sovereignty.AccessService.Tests;

/// <summary>A clock that runs and can be put forward.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private long _ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    public void Forward(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
