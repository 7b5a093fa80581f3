using Sovereignty.Contracts.Data;

namespace Sovereignty.Evaluation.Simulation;

/// <summary>What one snapshot says about a cell, and where its primary could go if its region were lost; none means it has to wait.</summary>
public sealed record CellOutcome(DecisionOutcome Outcome, string Code, string Message, IReadOnlyList<string> FailoverTargets)
{
    public static CellOutcome Of(PolicySnapshot snapshot, Placement placement)
    {
        var verdicts = snapshot.Table.Find(placement.Cell);
        var decision = Evaluator.Decide(snapshot, placement, verdicts);
        return new(decision.Outcome, decision.Code, decision.Message, [.. Failover.Targets(verdicts, placement.PrimaryRegion).Select(region => region.Code)]);
    }
}

/// <summary>The same without words, for looking at many.</summary>
internal readonly record struct CellGlance(DecisionOutcome Outcome, string Code, bool HasFailover)
{
    public bool IsAdmitted => Outcome.Admits();

    public static CellGlance Of(PolicySnapshot snapshot, Placement placement)
    {
        var decision = snapshot.Table.Decide(placement);
        return new(decision.Outcome, decision.Code, Failover.Targets(snapshot.Table.Find(placement.Cell), placement.PrimaryRegion).Count > 0);
    }
}
