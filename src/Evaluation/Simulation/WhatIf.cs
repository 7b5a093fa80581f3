namespace Sovereignty.Evaluation.Simulation;

/// <summary>A cell that two snapshots do not judge alike.</summary>
public sealed record CellChange
{
    private readonly PolicySnapshot _before;
    private readonly PolicySnapshot _after;

    internal CellChange(CorpusCell cell, PolicySnapshot before, PolicySnapshot after)
    {
        (Cell, _before, _after) = (cell, before, after);
        var (one, other) = (CellGlance.Of(before, cell.Placement), CellGlance.Of(after, cell.Placement));
        IsOne = one != other;
        BecomesNonCompliant = one.IsAdmitted && !other.IsAdmitted;
        BecomesCompliant = !one.IsAdmitted && other.IsAdmitted;
        LosesFailover = one.HasFailover && !other.HasFailover;
    }

    public CorpusCell Cell { get; }

    public bool BecomesNonCompliant { get; }

    public bool BecomesCompliant { get; }

    /// <summary>Has a region to fail over to before, and none after.</summary>
    public bool LosesFailover { get; }

    internal bool IsOne { get; }

    public CellOutcome Before() => CellOutcome.Of(_before, Cell.Placement);

    public CellOutcome After() => CellOutcome.Of(_after, Cell.Placement);
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
        CellChange[] changed =
        [
            .. cells.Select(cell => new CellChange(cell, before, after))
                .Where(change => change.IsOne)
                .OrderByDescending(change => change.Cell.Placements)
                .ThenBy(change => change.Cell.Id),
        ];
        return new(
            new(
                cells.Sum(cell => cell.Placements),
                Sum(changed, change => change.BecomesNonCompliant),
                Sum(changed, change => change.BecomesCompliant),
                Sum(changed, change => change.LosesFailover)),
            changed);
    }

    private static long Sum(CellChange[] changed, Func<CellChange, bool> counts) =>
        changed.Where(counts).Sum(change => change.Cell.Placements);
}
