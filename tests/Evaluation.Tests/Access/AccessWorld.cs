using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Access;
using Sovereignty.Evaluation.Tests;

namespace Sovereignty.Evaluation.Tests.Access;

/// <summary>Questions to ask in the tests' world: by default, identity data in Ireland to be seen from the United States for a week.</summary>
internal static class AccessWorld
{
    public static ValidateAccess Question(
        string source = "eu-west-1",
        string target = "us-east-1",
        string? country = null,
        string duration = "P7D",
        DateTimeOffset? start = null,
        TransferMechanism? mechanism = null)
    {
        var from = country ?? World.AllRegions.FirstOrDefault(region => region.Code == target)?.Country ?? "US";
        return new()
        {
            RequestId = Guid.Parse("0d6d6f1e-4f0c-4be9-8f3c-6f0f4f9a2b11"),
            Attempt = 1,
            TenantId = "acme",
            DataId = "d-1",
            SourceRegion = source,
            TargetRegion = target,
            TargetCountry = from,
            RequesterCountry = from,
            Purpose = "support",
            Start = start ?? World.Now,
            Duration = duration,
            Mechanism = mechanism,
        };
    }

    public static KnownAccessData Data(ClassificationLevel level = ClassificationLevel.Identity, Placement? placement = null) => new("profile", level, placement);

    public static TransferMechanism Mechanism(
        TransferMechanismKind kind = TransferMechanismKind.Scc, string reference = "SCC-2026-17", DateTimeOffset? until = null) =>
        new() { Kind = kind, Reference = reference, ValidUntil = until ?? World.Now.AddYears(1) };

    public static AccessValidated Ask(ValidateAccess question, KnownAccessData? data = null, params ResidencyPolicy[] policies) =>
        AccessEvaluator.Validate(World.Snapshot(policies), data ?? Data(), question);

    public static string[] Cited(this AccessValidated answer) => [.. answer.Citations.Select(citation => citation.FactId)];
}
