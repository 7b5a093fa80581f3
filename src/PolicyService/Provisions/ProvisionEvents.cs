using Sovereignty.Contracts.Residency;

namespace Sovereignty.PolicyService.Provisions;

internal static class ProvisionEvents
{
    public static LegalFactChanged ToEvent(this Provision<LegalFact> fact, long epoch) => new()
    {
        OccurredAt = fact.RecordedAt,
        TenantId = null,
        Actor = fact.RecordedBy,
        Fact = fact.Body,
        Version = fact.Version,
        Epoch = epoch,
    };

    public static ClassificationRuleChanged ToEvent(this Provision<ClassificationRule> rule, long epoch) => new()
    {
        OccurredAt = rule.RecordedAt,
        TenantId = null,
        Actor = rule.RecordedBy,
        Rule = rule.Body,
        Version = rule.Version,
        Epoch = epoch,
    };

    public static RetentionRuleChanged ToEvent(this Provision<RetentionRule> rule, long epoch) => new()
    {
        OccurredAt = rule.RecordedAt,
        TenantId = rule.TenantId,
        Actor = rule.RecordedBy,
        Rule = rule.Body,
        Version = rule.Version,
        Epoch = epoch,
    };
}
