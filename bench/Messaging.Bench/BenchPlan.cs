namespace Sovereignty.Messaging.Bench;

/// <summary>How much is measured.</summary>
internal sealed record BenchPlan(int Rounds, int Requests, int Messages, int HistoryRows)
{
    public string? Only { get; init; }

    public static BenchPlan Whole => new(Rounds: 5, Requests: 2000, Messages: 20_000, HistoryRows: 1_000_000);

    public static BenchPlan Quick => new(Rounds: 3, Requests: 500, Messages: 5_000, HistoryRows: 200_000);

    public bool Includes(string bench) => Only is null || Only == bench;
}
