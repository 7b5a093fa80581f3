using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>What is wrong with the retention that a tenant wants to choose for a level.</summary>
public static class RetentionCheck
{
    private const string Invalid = "retention-invalid";

    public static PolicyFault? Check(Retention chosen, IReadOnlyCollection<ClassificationRule> rules)
    {
        (string Member, string? Value)[] ends = [("least", chosen.Least), ("most", chosen.Most)];
        if (ends.FirstOrDefault(end => end.Value is not null && !Durations.IsLength(end.Value)) is { Member: { } member })
        {
            return new(Invalid, member, $"{member} is no duration; write seven years as P7Y, or leave it out for no bound.");
        }

        if (ObligationLattice.IsEmpty(chosen))
        {
            return new(Invalid, "most", "most is shorter than least; give a longer one or leave it out.");
        }

        if (rules.Any(rule => rule.TenantRetention is null))
        {
            return new("retention-fixed", "level", "The platform fixes the retention of this level; a tenant cannot choose it.");
        }

        var range = ObligationLattice.TenantRetention(rules);
        return ObligationLattice.IsEmpty(ObligationLattice.Intersect(range, chosen))
            ? new("retention-outside-range", "least", $"Nothing of this range is within what the platform allows, {range.Least ?? "any"} to {range.Most ?? "any"}; choose one that is.")
            : null;
    }
}
