using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>The legal facts and classification rules that the platform ships with; recorded rows take their place later.</summary>
public static class SeedData
{
    private static readonly Retention Free = new();

    public static IReadOnlyList<LegalFact> LegalFacts { get; } = Read<FactsFile>("legal-facts.json").Facts;

    public static IReadOnlyList<ClassificationRule> ClassificationRules { get; } =
    [
        Rule(ClassificationLevel.Identity, Requirement.Required, Requirement.Required, "P7Y", PersonalDataHandling.Strict, CrossBorderRule.Restricted, "P30D"),
        Rule(ClassificationLevel.Transactional, Requirement.Required, Requirement.Required, "P7Y", PersonalDataHandling.Standard, CrossBorderRule.Restricted, "P30D"),
        Rule(ClassificationLevel.Operational, Requirement.Recommended, Requirement.Required, "P1Y", PersonalDataHandling.Standard, CrossBorderRule.AllowedWithLogging, "P90D"),
        Rule(ClassificationLevel.Content, Requirement.Recommended, Requirement.Optional, null, PersonalDataHandling.Standard, CrossBorderRule.Allowed, "P365D"),
        Rule(ClassificationLevel.Analytical, Requirement.Optional, Requirement.Optional, null, PersonalDataHandling.Standard, CrossBorderRule.Allowed, "P365D"),
    ];

    private static ClassificationRule Rule(
        ClassificationLevel level,
        Requirement encryption,
        Requirement auditLog,
        string? retention,
        PersonalDataHandling personalData,
        CrossBorderRule crossBorder,
        string longestAccess) =>
        new()
        {
            Level = level,
            Obligations = new()
            {
                Encryption = encryption,
                AuditLog = auditLog,
                Retention = new() { Least = retention, Most = retention },
                PersonalData = personalData,
                CrossBorder = crossBorder,
            },
            TenantRetention = Free,
            LongestAccess = longestAccess,
        };

    private static T Read<T>(string file)
    {
        using var stream = typeof(SeedData).Assembly.GetManifestResourceStream($"Sovereignty.Evaluation.Data.{file}")
            ?? throw new InvalidOperationException($"The embedded data file {file} is missing.");
        return JsonSerializer.Deserialize<T>(stream, ContractJson.Options)!;
    }

    private sealed record FactsFile(IReadOnlyList<LegalFact> Facts);
}
