namespace Sovereignty.Audit.Bench;

/// <summary>How much is measured.</summary>
internal sealed record BenchPlan(int Rounds, int Entries, int Rate, int Seconds, long Leaves, int Large)
{
    public static readonly string[] Names = ["append", "broker", "latency", "proof", "report", "verify"];

    public string? Only { get; init; }

    public static BenchPlan Whole => new(Rounds: 5, Entries: 50_000, Rate: 1_000, Seconds: 30, Leaves: 39_063 * 256, Large: 1_000_000);

    public static BenchPlan Quick => new(Rounds: 3, Entries: 20_000, Rate: 1_000, Seconds: 5, Leaves: 4_000 * 256, Large: 100_000);

    public bool Includes(string bench) => Only is null || Only == bench;
}
