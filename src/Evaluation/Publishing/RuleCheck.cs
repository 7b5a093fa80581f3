using System.Xml;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>What is wrong with a classification rule, or with a tenant's retention, that someone wants to record.</summary>
public static class RuleCheck
{
    private const string RuleInvalid = "rule-invalid";
    private const string RetentionOutsideRange = "retention-outside-range";

    public static PolicyFault? Check(ClassificationLevel level, ClassificationRule rule)
    {
        if (rule.Level != level)
        {
            return new(ReasonCodes.InputInvalid, "level", "level is another than that of the address; send the same.");
        }

        return CheckRange("obligations.retention", rule.Obligations.Retention)
            ?? (rule.TenantRetention is { } choice ? CheckRange("tenantRetention", choice) : null)
            ?? (ReadDuration(rule.LongestAccess) is null ? Fault("longestAccess", "is no length of time above zero; give an ISO 8601 duration, for example P30D") : null);
    }

    /// <summary>A tenant's choice against the platform's rules for the level.</summary>
    public static PolicyFault? Check(Retention chosen, IReadOnlyCollection<ClassificationRule> rules)
    {
        if (CheckRange("retention", chosen) is { } fault)
        {
            return fault;
        }

        if (rules.Any(rule => rule.TenantRetention is null))
        {
            return new("retention-fixed", "retention", "The platform fixes the retention of this level; a tenant cannot choose it.");
        }

        var range = ObligationLattice.TenantRetention(rules);
        return ObligationLattice.IsEmpty(ObligationLattice.Intersect(range, chosen))
            ? new(RetentionOutsideRange, "retention", $"Nothing of this range is within what the platform allows, {Words(range)}; choose one that is.")
            : null;
    }

    private static PolicyFault? CheckRange(string field, Retention range) =>
        range.Least is not null && ReadDuration(range.Least) is null ? Fault($"{field}.least", "is no length of time above zero; give an ISO 8601 duration, for example P7Y, or leave it out")
        : range.Most is not null && ReadDuration(range.Most) is null ? Fault($"{field}.most", "is no length of time above zero; give an ISO 8601 duration, for example P7Y, or leave it out")
        : ObligationLattice.IsEmpty(range) ? Fault($"{field}.most", "is shorter than least; give a longer one or leave it out")
        : null;

    private static TimeSpan? ReadDuration(string? text)
    {
        try
        {
            return text is not null && XmlConvert.ToTimeSpan(text) is var duration && duration > TimeSpan.Zero ? duration : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static string Words(Retention range) => (range.Least, range.Most) switch
    {
        ({ } least, { } most) => $"{least} to {most}",
        ({ } least, null) => $"at least {least}",
        (null, { } most) => $"at most {most}",
        _ => "any",
    };

    private static PolicyFault Fault(string field, string fault) => new(RuleInvalid, field, $"{field} {fault}.");
}
