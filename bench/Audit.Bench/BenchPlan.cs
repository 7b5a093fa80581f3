namespace Sovereignty.Audit.Bench;

/// <summary>How much is measured.</summary>
internal sealed record BenchPlan(int Rounds, int Entries)
{
    public static readonly string[] Names = ["append"];

    public string? Only { get; init; }

    public static BenchPlan Whole => new(Rounds: 5, Entries: 50_000);

    public static BenchPlan Quick => new(Rounds: 3, Entries: 20_000);

    public bool Includes(string bench) => Only is null || Only == bench;
}
