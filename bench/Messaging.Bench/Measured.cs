using System.Diagnostics;

namespace Sovereignty.Messaging.Bench;

/// <summary>One run: the rate, and what it cost this process, which is the client of broker and database. Per request or message.</summary>
internal sealed record Measured(double PerSecond, double CpuMilliseconds, double AllocatedKilobytes, double? P50 = null, double? P99 = null)
{
    /// <summary>The median of each figure by itself.</summary>
    public static Measured Median(IReadOnlyCollection<Measured> runs) => new(
        Middle(runs.Select(run => run.PerSecond)),
        Middle(runs.Select(run => run.CpuMilliseconds)),
        Middle(runs.Select(run => run.AllocatedKilobytes)),
        runs.First().P50 is null ? null : Middle(runs.Select(run => run.P50!.Value)),
        runs.First().P99 is null ? null : Middle(runs.Select(run => run.P99!.Value)));

    public static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}

/// <summary>Runs from its creation to <see cref="Stop"/>.</summary>
internal sealed class Meter
{
    private readonly long _allocated = GC.GetTotalAllocatedBytes();
    private readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;
    private readonly long _start = Stopwatch.GetTimestamp();

    public Measured Stop(int count, IEnumerable<double>? latencies = null)
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        var cpu = Environment.CpuUsage.TotalTime - _cpu;
        var allocated = GC.GetTotalAllocatedBytes() - _allocated;
        var sorted = latencies?.Order().ToList();
        return new(count / elapsed.TotalSeconds, cpu.TotalMilliseconds / count, allocated / 1024.0 / count, At(sorted, 0.50), At(sorted, 0.99));
    }

    private static double? At(List<double>? sorted, double quantile) => sorted?[(int)((sorted.Count - 1) * quantile)];
}
