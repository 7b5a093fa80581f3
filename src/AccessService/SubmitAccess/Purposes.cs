using Sovereignty.AccessService.Rules;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.SubmitAccess;

/// <summary>What data may be asked for. Named after the W3C Data Privacy Vocabulary where that has a name.</summary>
internal static class Purposes
{
    public static IReadOnlyList<string> Shipped { get; } =
    [
        "account-management",
        "analytics",
        "anti-money-laundering",
        "audit",
        "backup-restore",
        "billing",
        "contract-performance",
        "customer-support",
        "data-migration",
        "data-subject-request",
        "dispute-management",
        "disaster-recovery",
        ApprovalRules.ForeignAuthorityDemand,
        "fraud-investigation",
        "fraud-prevention",
        "human-resources",
        "identity-verification",
        "incident-response",
        "legal-claims",
        "legal-compliance",
        "maintenance",
        "marketing",
        "monitoring",
        "payment-management",
        "product-improvement",
        "quality-assurance",
        "regulatory-reporting",
        "research",
        "security-investigation",
        "service-operation",
        "support",
        "vendor-management",
    ];

    /// <summary>The shipped ones, and those that rules in force name.</summary>
    public static IReadOnlyList<string> Known(IEnumerable<ApprovalRule> rules) =>
        [.. Shipped.Concat(rules.Select(rule => rule.Purpose).OfType<string>()).Distinct().Order(StringComparer.Ordinal)];
}
