using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Table;

namespace Sovereignty.Policy.Bench.Table;

/// <summary>One invocation is a batch: the next thousand of a shuffled pool.</summary>
public class TableBenchmarks
{
    public const int Batch = 1_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private Placement[] _placements = [];
    private PlacementKey[] _keys = [];
    private DecisionTable _table = null!;
    private int _next;

    [Params(10, 10_000)]
    public int Policies { get; set; }

    // The compiler comes to its best code in steps and in its own time.
    [GlobalSetup]
    public void SetUp()
    {
        var snapshot = BenchWorld.Snapshot(Policies);
        _placements = BenchWorld.Pool(Policies);
        _table = snapshot.Table;
        _keys = [.. _placements.Select(_table.KeyOf)];
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUp;)
        {
            FromNumbers();
            FromStrings();
        }
    }

    [Benchmark(OperationsPerInvoke = Batch, Description = "table, from numbers")]
    public int FromNumbers()
    {
        var outcomes = 0;
        var start = Next();
        for (var i = start; i < start + Batch; i++)
        {
            outcomes += (int)_table.Decide(in _keys[i]).Outcome;
        }

        return outcomes;
    }

    [Benchmark(OperationsPerInvoke = Batch, Description = "table, from strings")]
    public int FromStrings()
    {
        var outcomes = 0;
        var start = Next();
        for (var i = start; i < start + Batch; i++)
        {
            outcomes += (int)_table.Decide(_placements[i]).Outcome;
        }

        return outcomes;
    }

    private int Next() => _next = (_next + Batch) % _placements.Length;
}
