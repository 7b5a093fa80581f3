namespace Sovereignty.Cli.Soak;

/// <summary>The growing log of <c>tests/AuditService.Tests</c>.</summary>
internal static class AuditSoak
{
    public static Task<int> Run(int entries) =>
        new FollowedTest("AuditService.Tests", "FullyQualifiedName~AuditService.Tests.SoakTests.", "AUDIT_REPORT")
            .Run(new Dictionary<string, string> { ["AUDIT_ENTRIES"] = $"{entries}" });
}
