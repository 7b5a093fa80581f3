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
    private readonly Dictionary<PlacementCell, string[]> _primaries = [];

    public CellOutcome Judge(Placement placement)
    {
        var decision = Evaluator.Decide(snapshot, placement);
        return new(decision.Outcome, decision.Code, decision.Message, FailoverTargets(placement));
    }

    private string[] FailoverTargets(Placement placement)
    {
        var cell = placement.Cell;
        if (!_primaries.TryGetValue(cell, out var permitted))
        {
            permitted = [.. new Interpreter(snapshot, cell).Permitted(CopyKind.Primary).Select(region => region.Code)];
            _primaries.Add(cell, permitted);
        }

        return [.. permitted.Where(code => code != placement.PrimaryRegion)];
    }
}
