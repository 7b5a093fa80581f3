using Sovereignty.Contracts.Data;

namespace Sovereignty.PolicyService.Evaluation;

/// <summary>What a classification level obliges to. Where several rules name one level, the stricter value wins on each axis. No access is granted for longer than LongestAccess, ISO 8601.</summary>
internal sealed record ClassificationRule(ClassificationLevel Level, Obligations Obligations, string LongestAccess)
{
    /// <summary>The platform's rules.</summary>
    public static IReadOnlyList<ClassificationRule> Platform { get; } =
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
        new(level, new Obligations
        {
            Encryption = encryption,
            AuditLog = auditLog,
            Retention = new Retention { Least = retention, Most = retention },
            PersonalData = personalData,
            CrossBorder = crossBorder,
        }, longestAccess);
}
