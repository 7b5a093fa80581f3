using System.Diagnostics;

namespace Sovereignty.Cli.Bench.Enforcement;

/// <summary>Offers requests at a rate, whether or not the ones before were answered, and times each from when it was due.</summary>
internal static class OpenLoad
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    public static async Task<LoadFigure> Run(int rate, TimeSpan duration, Func<int, Task<bool>> send, CancellationToken cancellationToken)
    {
        var count = (int)(rate * duration.TotalSeconds);
        var took = new TimeSpan[count];
        var failed = 0;
        var pending = new List<Task>(count);
        var begun = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Tick);
        while (pending.Count < count)
        {
            var due = Math.Min(count, (int)(Stopwatch.GetElapsedTime(begun).TotalSeconds * rate) + 1);
            while (pending.Count < due)
            {
                pending.Add(One(pending.Count));
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        await Task.WhenAll(pending);
        return new(count / Stopwatch.GetElapsedTime(begun).TotalSeconds, failed, Latencies.Of(took));

        async Task One(int number)
        {
            var due = TimeSpan.FromSeconds((double)number / rate);
            try
            {
                if (!await send(number))
                {
                    Interlocked.Increment(ref failed);
                }
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref failed);
            }

            took[number] = Stopwatch.GetElapsedTime(begun) - due;
        }
    }
}

internal sealed record LoadFigure(double PerSecond, int Failed, Latencies Took);
