namespace Sovereignty.Cli.Soak;

/// <summary>The chaos test of <c>tests/Chaos.Tests</c>.</summary>
internal static class ChaosSoak
{
    public static Task<int> Run(int seconds, int seed) =>
        new FollowedTest("Chaos.Tests", "FullyQualifiedName~ChaosTests.ChaosTests.", "CHAOS_REPORT")
            .Run(new Dictionary<string, string> { ["CHAOS_SECONDS"] = $"{seconds}", ["CHAOS_SEED"] = $"{seed}" });
}
