using System.Diagnostics;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Table;

namespace Sovereignty.Policy.Bench.Table;

/// <summary>A changed policy among many: a snapshot of all is made, compiled and put in place while another thread decides without pause.</summary>
internal sealed record SwapFigure(int Policies, int Swaps, double MedianMilliseconds, double SlowestMilliseconds, double TableMegabytes, double UsualBatchMicroseconds, double SlowestBatchMicroseconds);

internal sealed class SwapBench(int policies)
{
    private readonly Placement[] _placements = BenchWorld.Pool(policies);
    private readonly List<(long Start, long Ticks)> _batches = new(4_000_000);
    private readonly PublishedPolicy[] _published = BenchWorld.Policies(policies);
    private DecisionTable _current = BenchWorld.Snapshot(policies).Table;
    private long _decided;
    private bool _stop;

    public SwapFigure Run(int swaps)
    {
        var decider = new Thread(Decide);
        decider.Start();
        var windows = new List<(long Start, long End)>();
        for (var i = 1; i <= swaps; i++)
        {
            WaitForBatches();
            _published[i] = new(_published[i].Policy with { Version = 2, Mode = ResidencyMode.SingleCountry });
            var start = Stopwatch.GetTimestamp();
            Volatile.Write(ref _current, BenchWorld.Snapshot(_published, epoch: 1 + i).Table);
            windows.Add((start, Stopwatch.GetTimestamp()));
        }

        WaitForBatches();
        Volatile.Write(ref _stop, true);
        decider.Join();

        var times = windows.Select(window => Stopwatch.GetElapsedTime(window.Start, window.End).TotalMilliseconds).Order().ToArray();
        var during = _batches.Where(batch => windows.Any(window => batch.Start < window.End && batch.Start + batch.Ticks > window.Start)).Select(batch => batch.Ticks);
        var otherwise = _batches.Select(batch => batch.Ticks).Order().ElementAt(_batches.Count / 2);
        return new(policies, swaps, times[times.Length / 2], times[^1], _current.Size / 1e6, Microseconds(otherwise), Microseconds(during.Max()));
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    private void WaitForBatches()
    {
        var before = Volatile.Read(ref _decided);
        SpinWait.SpinUntil(() => Volatile.Read(ref _decided) > before + 1_000);
    }

    private void Decide()
    {
        for (var from = 0; !Volatile.Read(ref _stop); from = (from + TableBenchmarks.Batch) % _placements.Length)
        {
            var start = Stopwatch.GetTimestamp();
            var table = Volatile.Read(ref _current);
            foreach (var placement in _placements.AsSpan(from, TableBenchmarks.Batch))
            {
                table.Decide(placement);
            }

            if (_batches.Count < _batches.Capacity)
            {
                _batches.Add((start, Stopwatch.GetTimestamp() - start));
            }

            Volatile.Write(ref _decided, _decided + 1);
        }
    }
}
