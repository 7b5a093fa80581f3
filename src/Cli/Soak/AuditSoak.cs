namespace Sovereignty.Cli.Soak;

/// <summary>The growing log of <c>tests/AuditService.Tests</c>, then the killed service of <c>tests/Chaos.Tests</c>.</summary>
internal static class AuditSoak
{
    public static async Task<int> Run(int entries, int kills, int seed)
    {
        var grown = entries == 0
            ? 0
            : await new FollowedTest("AuditService.Tests", "FullyQualifiedName~AuditService.Tests.SoakTests.", "AUDIT_REPORT")
                .Run(new Dictionary<string, string> { ["AUDIT_ENTRIES"] = $"{entries}" });
        var survived = kills == 0
            ? 0
            : await new FollowedTest("Chaos.Tests", "FullyQualifiedName~ChaosTests.AuditKillTests.", "CHAOS_REPORT")
                .Run(new Dictionary<string, string> { ["AUDIT_KILLS"] = $"{kills}", ["AUDIT_SEED"] = $"{seed}" });
        return Math.Max(grown, survived);
    }
}
