using Sovereignty.Contracts.Data;

namespace Sovereignty.Evaluation;

/// <summary>On which axes one level obliges to more than another.</summary>
public static class Strictness
{
    /// <summary>The axes on which the level is stricter than before, as <see cref="DataReclassified.StricterOn"/> names them.</summary>
    public static IReadOnlyList<string> StricterOn(ClassificationLevel level, ClassificationLevel before, string tenantId, PolicySnapshot snapshot)
    {
        if (ObligationLattice.Of(level, tenantId, snapshot) is not { } now || ObligationLattice.Of(before, tenantId, snapshot) is not { } then)
        {
            return [];
        }

        var joined = ObligationLattice.Join(now, then);
        (string Axis, bool Stricter)[] axes =
        [
            ("encryption", joined.Encryption != then.Encryption),
            ("auditLog", joined.AuditLog != then.AuditLog),
            ("retention", joined.Retention != then.Retention),
            ("personalData", joined.PersonalData != then.PersonalData),
            ("crossBorder", joined.CrossBorder != then.CrossBorder),
            ("longestAccess", ObligationLattice.LongestAccess(level, snapshot.Rules) < ObligationLattice.LongestAccess(before, snapshot.Rules)),
        ];
        return [.. axes.Where(axis => axis.Stricter).Select(axis => axis.Axis)];
    }

    /// <summary>The level that holds where data comes at one level and is known at another: the known one, unless the other is stricter on some axis and looser on none.</summary>
    public static ClassificationLevel Prevailing(ClassificationLevel coming, ClassificationLevel known, string tenantId, PolicySnapshot snapshot) =>
        StricterOn(coming, known, tenantId, snapshot).Count > 0 && StricterOn(known, coming, tenantId, snapshot).Count == 0 ? coming : known;
}
