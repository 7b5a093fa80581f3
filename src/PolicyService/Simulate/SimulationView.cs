using Sovereignty.Evaluation.Simulation;

namespace Sovereignty.PolicyService.Simulate;

/// <summary>What a supposed change means for what is stored: in all, and for the cells with most of it.</summary>
internal sealed record SimulationView(long Epoch, DateTimeOffset At, SimulationTotals Totals, IReadOnlyList<ChangedCellView> Cells, int CellsLeftOut);

/// <summary>A cell that would be judged otherwise, how many placements lie in it, and some of their data ids.</summary>
internal sealed record ChangedCellView(CellView Cell, long Placements, OutcomeView Before, OutcomeView After, IReadOnlyList<string> SampleDataIds);
