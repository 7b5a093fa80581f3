namespace Sovereignty.Policy.Bench;

/// <summary>How much is measured.</summary>
internal sealed record BenchPlan(int Batches, int ReferenceBatches, int Swaps, int Placements)
{
    public static BenchPlan Whole => new(Batches: 5_000, ReferenceBatches: 50, Swaps: 10, Placements: 10_000_000);

    public static BenchPlan Quick => new(Batches: 1_000, ReferenceBatches: 10, Swaps: 3, Placements: 1_000_000);
}
