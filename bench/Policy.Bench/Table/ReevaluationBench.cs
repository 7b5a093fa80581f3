using System.Diagnostics;
using Sovereignty.Contracts.Data;
using Sovereignty.Evaluation.Table;

namespace Sovereignty.Policy.Bench.Table;

/// <summary>Every placement of a corpus that is held in memory decided anew on one thread.</summary>
internal sealed record ReevaluationFigure(int Placements, int Policies, double Milliseconds, int Admitted);

internal static class ReevaluationBench
{
    public static ReevaluationFigure Run(int placements, int policies)
    {
        var table = BenchWorld.Snapshot(policies).Table;
        var pool = BenchWorld.Pool(policies).Select(table.KeyOf).ToArray();
        var random = new Random(7);
        var corpus = new PlacementKey[placements];
        for (var i = 0; i < corpus.Length; i++)
        {
            corpus[i] = pool[random.Next(pool.Length)];
        }

        Admitted(table, pool);
        var start = Stopwatch.GetTimestamp();
        var admitted = Admitted(table, corpus);
        return new(placements, policies, Stopwatch.GetElapsedTime(start).TotalMilliseconds, admitted);
    }

    private static int Admitted(DecisionTable table, PlacementKey[] corpus)
    {
        var admitted = 0;
        for (var i = 0; i < corpus.Length; i++)
        {
            admitted += table.Decide(in corpus[i]).Outcome is DecisionOutcome.Allow or DecisionOutcome.AllowWithObligations ? 1 : 0;
        }

        return admitted;
    }
}
