using Sovereignty.Messaging.Database;

namespace Sovereignty.AuditService;

/// <summary>What follows the log beside the append.</summary>
internal static class LogFollowing
{
    /// <summary>Takes what there is, then looks again at each interval. After a failure it waits, longer each time.</summary>
    /// <param name="takeNext">Takes the next entries; says whether there are more.</param>
    /// <param name="interval">How often to look.</param>
    /// <param name="time">The time.</param>
    /// <param name="waits">Told of a failure: which in a row, and why.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task Run(Func<CancellationToken, Task<bool>> takeNext, TimeSpan interval, TimeProvider time, Action<int, string> waits, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, time);
        var failures = 0;
        do
        {
            try
            {
                while (await takeNext(ct))
                {
                }

                failures = 0;
            }
            catch (Exception exception) when (!ct.IsCancellationRequested)
            {
                failures++;
                waits(failures, exception.Message);
                await Task.Delay(Transient.Delay(failures), time, ct);
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }
}
