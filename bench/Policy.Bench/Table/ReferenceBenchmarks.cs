using BenchmarkDotNet.Attributes;
using Sovereignty.Evaluation;

namespace Sovereignty.Policy.Bench.Table;

/// <summary>Whole decisions with reasons, citations, hash and suggestions: with the table, and as the interpreter reads them.</summary>
public class ReferenceBenchmarks
{
    public const int Batch = 1_000;

    private Placement[] _placements = [];
    private PolicySnapshot _snapshot = null!;
    private int _next;

    [Params(10, 10_000)]
    public int Policies { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _snapshot = BenchWorld.Snapshot(Policies);
        _placements = BenchWorld.Pool(Policies);
        _ = _snapshot.Table;
    }

    [Benchmark(OperationsPerInvoke = Batch, Description = "table, with its reasons")]
    public int WithTable()
    {
        var outcomes = 0;
        var start = Next();
        for (var i = start; i < start + Batch; i++)
        {
            outcomes += (int)Evaluator.Decide(_snapshot, _placements[i]).Outcome;
        }

        return outcomes;
    }

    [Benchmark(OperationsPerInvoke = Batch, Description = "interpreter, with its reasons")]
    public int Interpreted()
    {
        var outcomes = 0;
        var start = Next();
        for (var i = start; i < start + Batch; i++)
        {
            outcomes += (int)Evaluator.Interpret(_snapshot, _placements[i]).Outcome;
        }

        return outcomes;
    }

    [Benchmark(OperationsPerInvoke = Batch, Description = "interpreter, verdicts alone")]
    public int VerdictsInterpreted()
    {
        var effects = 0;
        var start = Next();
        for (var i = start; i < start + Batch; i++)
        {
            var cell = new Interpreter(_snapshot, _placements[i].Cell);
            foreach (var (kind, region) in _placements[i].Copies())
            {
                effects += (int)cell.Judge(kind, region).Effect;
            }
        }

        return effects;
    }

    private int Next() => _next = (_next + Batch) % _placements.Length;
}
