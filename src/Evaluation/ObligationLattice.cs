using System.Xml;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>Obligations of several rules joined: per axis the stricter value, retention ranges intersected.</summary>
public static class ObligationLattice
{
    /// <summary>What storing data of a tenant at a level obliges to.</summary>
    /// <returns>Null where no rule names the level, or where the retention ranges leave nothing.</returns>
    public static Obligations? Of(ClassificationLevel level, string tenantId, PolicySnapshot snapshot)
    {
        ClassificationRule[] rules = [.. snapshot.Rules.Where(rule => rule.Level == level)];
        if (rules is [])
        {
            return null;
        }

        var joined = rules.Select(rule => rule.Obligations).Aggregate(Join);
        Retention[] chosen = [.. snapshot.RetentionsOf(tenantId).Where(rule => rule.Level == level).Select(rule => rule.Retention).OfType<Retention>()];
        if (chosen is not [])
        {
            joined = joined with { Retention = chosen.Aggregate(TenantRetention(rules), Intersect) };
        }

        return IsEmpty(joined.Retention) ? null : joined;
    }

    /// <summary>The range in which tenants choose; where a rule leaves no choice, its own range.</summary>
    public static Retention TenantRetention(IEnumerable<ClassificationRule> rules) =>
        rules.Select(rule => rule.TenantRetention ?? rule.Obligations.Retention).Aggregate(Intersect);

    public static Retention Intersect(Retention one, Retention other) => new() { Least = Later(one.Least, other.Least), Most = Earlier(one.Most, other.Most) };

    /// <summary>The longest access that every rule of a level allows; null where no rule names it.</summary>
    public static TimeSpan? LongestAccess(ClassificationLevel level, IEnumerable<ClassificationRule> rules) =>
        rules.Where(rule => rule.Level == level).Select(rule => (TimeSpan?)Length(rule.LongestAccess)).Min();

    public static Obligations Join(Obligations one, Obligations other) => new()
    {
        Encryption = Stricter(one.Encryption, other.Encryption),
        AuditLog = Stricter(one.AuditLog, other.AuditLog),
        PersonalData = Stricter(one.PersonalData, other.PersonalData),
        CrossBorder = Stricter(one.CrossBorder, other.CrossBorder),
        Retention = Intersect(one.Retention, other.Retention),
    };

    /// <summary>Whether any axis binds, so that storing is more than a bare yes.</summary>
    public static bool Binds(Obligations obligations) =>
        obligations.Encryption is Requirement.Required
        || obligations.AuditLog is Requirement.Required
        || obligations.PersonalData is PersonalDataHandling.Strict
        || obligations.CrossBorder is not CrossBorderRule.Allowed
        || obligations.Retention is not { Least: null, Most: null };

    public static bool IsEmpty(Retention retention) =>
        retention is { Least: { } least, Most: { } most } && Length(least) > Length(most);

    private static T Stricter<T>(T one, T other)
        where T : struct, Enum => Comparer<T>.Default.Compare(one, other) >= 0 ? one : other;

    private static string? Later(string? one, string? other) => Pick(one, other, (a, b) => a > b);

    private static string? Earlier(string? one, string? other) => Pick(one, other, (a, b) => a < b);

    // P1Y and P12M are one length: the ordinally first is taken, so that the order of rules never shows.
    private static string? Pick(string? one, string? other, Func<TimeSpan, TimeSpan, bool> wins)
    {
        if (one is null || other is null)
        {
            return one ?? other;
        }

        if (Length(one) == Length(other))
        {
            return string.CompareOrdinal(one, other) <= 0 ? one : other;
        }

        return wins(Length(one), Length(other)) ? one : other;
    }

    private static TimeSpan Length(string duration) => XmlConvert.ToTimeSpan(duration);
}
