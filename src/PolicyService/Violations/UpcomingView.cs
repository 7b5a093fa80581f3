using Sovereignty.Evaluation.Simulation;
using Sovereignty.PolicyService.Simulate;

namespace Sovereignty.PolicyService.Violations;

/// <summary>What will change for stored data until a moment; where there is too much ahead, up to <c>StoppedAt</c>.</summary>
internal sealed record UpcomingView(long Epoch, DateTimeOffset Until, IReadOnlyList<UpcomingItem> Items, DateTimeOffset? StoppedAt);

/// <summary>A moment, how much loses its basis then or gets one, and the cells where it lies: those with most, and how many others.</summary>
internal sealed record UpcomingItem(DateTimeOffset At, long LoseBasis, long GainBasis, IReadOnlyList<UpcomingCell> Cells, int CellsLeftOut)
{
    public static UpcomingItem Of(UpcomingChange change, int mostCells)
    {
        var lost = change.Difference.Changed.Where(difference => difference.BecomesNonCompliant).ToArray();
        return new(
            change.At,
            change.Difference.Totals.BecomeNonCompliant,
            change.Difference.Totals.BecomeCompliant,
            [.. lost.Take(mostCells).Select(UpcomingCell.Of)],
            Math.Max(0, lost.Length - mostCells));
    }
}

/// <summary>Where data lies that loses its basis, how much, and why.</summary>
internal sealed record UpcomingCell(CellView Cell, long Placements, string Code, string Message)
{
    public static UpcomingCell Of(CellChange change)
    {
        var after = change.After();
        return new(CellView.Of(change.Cell.Placement), change.Cell.Placements, after.Code, after.Message);
    }
}
