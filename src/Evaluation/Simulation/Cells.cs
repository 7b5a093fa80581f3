using Sovereignty.Contracts.Data;

namespace Sovereignty.Evaluation.Simulation;

/// <summary>What one snapshot says about a cell, and where its primary could go if its region were lost; none means it has to wait.</summary>
public sealed record CellOutcome(DecisionOutcome Outcome, string Code, string Message, IReadOnlyList<string> FailoverTargets)
{
    public bool IsAdmitted => Outcome is DecisionOutcome.Allow or DecisionOutcome.AllowWithObligations;
}

/// <summary>One snapshot's outcomes, cell by cell.</summary>
public sealed class Cells(PolicySnapshot snapshot)
{
    private readonly Dictionary<PlacementCell, Interpreter> _verdicts = [];

    public CellOutcome Judge(Placement placement)
    {
        var cell = placement.Cell;
        if (!_verdicts.TryGetValue(cell, out var verdicts))
        {
            verdicts = new(snapshot, cell);
            _verdicts.Add(cell, verdicts);
        }

        var decision = Evaluator.Decide(snapshot, placement, verdicts);
        return new(decision.Outcome, decision.Code, decision.Message, [.. Failover.Targets(verdicts, placement.PrimaryRegion).Select(region => region.Code)]);
    }
}
