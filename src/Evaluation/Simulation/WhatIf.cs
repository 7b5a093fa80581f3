namespace Sovereignty.Evaluation.Simulation;

/// <summary>A cell that two snapshots do not judge alike.</summary>
public sealed record CellChange(CorpusCell Cell, CellOutcome Before, CellOutcome After)
{
    public bool BecomesNonCompliant => Before.IsAdmitted && !After.IsAdmitted;

    public bool BecomesCompliant => !Before.IsAdmitted && After.IsAdmitted;

    public bool LosesFailover => Before.FailoverTargets.Count > 0 && After.FailoverTargets.Count == 0;
}

/// <summary>How many stored placements a difference is about.</summary>
/// <param name="Placements">All that were looked at.</param>
/// <param name="BecomeNonCompliant">Would be admitted before, and rejected after.</param>
/// <param name="BecomeCompliant">The other way round; these are in open violations now.</param>
/// <param name="WithoutFailover">Have a region to fail over to before, and none after.</param>
public sealed record SimulationTotals(long Placements, long BecomeNonCompliant, long BecomeCompliant, long WithoutFailover);

/// <summary>The cells that differ, those with most placements first.</summary>
public sealed record SimulationDifference(SimulationTotals Totals, IReadOnlyList<CellChange> Changed);

public static class WhatIf
{
    /// <summary>What the step from one snapshot to another means for what is stored.</summary>
    public static SimulationDifference Compare(PolicySnapshot before, PolicySnapshot after, IReadOnlyList<CorpusCell> cells)
    {
        var (one, other) = (new Cells(before), new Cells(after));
        return Compare(cells, cell => one.Judge(cell.Placement), cell => other.Judge(cell.Placement));
    }

    public static SimulationDifference Compare(IReadOnlyList<CorpusCell> cells, Func<CorpusCell, CellOutcome> before, Func<CorpusCell, CellOutcome> after)
    {
        CellChange[] changed =
        [
            .. cells.Select(cell => new CellChange(cell, before(cell), after(cell)))
                .Where(Differs)
                .OrderByDescending(difference => difference.Cell.Placements)
                .ThenBy(difference => difference.Cell.Id),
        ];
        return new(
            new(
                cells.Sum(cell => cell.Placements),
                Sum(changed, difference => difference.BecomesNonCompliant),
                Sum(changed, difference => difference.BecomesCompliant),
                Sum(changed, difference => difference.LosesFailover)),
            changed);
    }

    private static bool Differs(CellChange difference) =>
        difference.Before.Outcome != difference.After.Outcome
        || difference.Before.Code != difference.After.Code
        || (difference.Before.FailoverTargets.Count == 0) != (difference.After.FailoverTargets.Count == 0);

    private static long Sum(CellChange[] changed, Func<CellChange, bool> counts) =>
        changed.Where(counts).Sum(difference => difference.Cell.Placements);
}
