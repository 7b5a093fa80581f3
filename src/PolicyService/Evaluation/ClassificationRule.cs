using Sovereignty.Contracts.Data;

namespace Sovereignty.PolicyService.Evaluation;

/// <summary>What a classification level obliges to. Where several rules name one level, the stricter value wins on each axis.</summary>
internal sealed record ClassificationRule(ClassificationLevel Level, Obligations Obligations)
{
    /// <summary>The platform's rules.</summary>
    public static IReadOnlyList<ClassificationRule> Platform { get; } =
    [
        Rule(ClassificationLevel.Identity, Requirement.Required, Requirement.Required, "P7Y", PersonalDataHandling.Strict, CrossBorderRule.Restricted),
        Rule(ClassificationLevel.Transactional, Requirement.Required, Requirement.Required, "P7Y", PersonalDataHandling.Standard, CrossBorderRule.Restricted),
        Rule(ClassificationLevel.Operational, Requirement.Recommended, Requirement.Required, "P1Y", PersonalDataHandling.Standard, CrossBorderRule.AllowedWithLogging),
        Rule(ClassificationLevel.Content, Requirement.Recommended, Requirement.Optional, null, PersonalDataHandling.Standard, CrossBorderRule.Allowed),
        Rule(ClassificationLevel.Analytical, Requirement.Optional, Requirement.Optional, null, PersonalDataHandling.Standard, CrossBorderRule.Allowed),
    ];

    private static ClassificationRule Rule(
        ClassificationLevel level,
        Requirement encryption,
        Requirement auditLog,
        string? retention,
        PersonalDataHandling personalData,
        CrossBorderRule crossBorder) =>
        new(level, new Obligations
        {
            Encryption = encryption,
            AuditLog = auditLog,
            Retention = new Retention { Least = retention, Most = retention },
            PersonalData = personalData,
            CrossBorder = crossBorder,
        });
}
