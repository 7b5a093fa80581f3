using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>What is wrong with a classification rule that someone wants to set.</summary>
public static class RuleCheck
{
    public static IReadOnlyList<PublishingFinding> Check(ClassificationRule rule, PolicySnapshot snapshot, string place = "")
    {
        PublishingFinding[] faults =
        [
            .. CheckRange(rule.Obligations.Retention, $"{place}/obligations/retention", "The retention range"),
            .. rule.TenantRetention is { } tenants ? CheckRange(tenants, $"{place}/tenantRetention", "The range in which tenants choose") : [],
            .. Durations.IsLength(rule.LongestAccess) ? [] : new[] { Fault($"{place}/longestAccess", "longestAccess is no duration; write 30 days as P30D.") },
        ];
        return faults is [] ? CheckChoices(rule, snapshot, place) : faults;
    }

    private static IEnumerable<PublishingFinding> CheckRange(Retention range, string place, string name)
    {
        (string Member, string? Value)[] ends = [("least", range.Least), ("most", range.Most)];
        var wrong = ends.Where(end => end.Value is not null && !Durations.IsLength(end.Value))
            .Select(end => Fault($"{place}/{end.Member}", $"{end.Member} is no duration; write seven years as P7Y, or leave it out for no bound."))
            .ToArray();
        if (wrong is not [])
        {
            return wrong;
        }

        return ObligationLattice.IsEmpty(range)
            ? [new(FindingKinds.Impossible, FindingSeverity.Refuse, place, $"{name} is empty: least {range.Least} is longer than most {range.Most}, so no data of the level could be stored. Shorten least or lengthen most.")]
            : [];
    }

    // What tenants chose before stays recorded; where it no longer meets the rule's range, their data of the level is refused.
    private static IReadOnlyList<PublishingFinding> CheckChoices(ClassificationRule rule, PolicySnapshot snapshot, string place)
    {
        var range = ObligationLattice.TenantRetention([rule]);
        string[] tenants =
        [
            .. snapshot.Retentions
                .Where(choice => choice.Level == rule.Level && choice.Retention is { } chosen && ObligationLattice.IsEmpty(ObligationLattice.Intersect(range, chosen)))
                .Select(choice => choice.TenantId)
                .Order(StringComparer.Ordinal),
        ];
        return tenants is []
            ? []
            : [new(FindingKinds.Impossible, FindingSeverity.Warn, $"{place}/tenantRetention", $"The retention that {string.Join(", ", tenants)} chose lies outside this range: their {rule.Level.ToString().ToLowerInvariant()} data is refused until they choose again.")];
    }

    private static PublishingFinding Fault(string place, string message) => new(FindingKinds.Fault, FindingSeverity.Refuse, place, message);
}
