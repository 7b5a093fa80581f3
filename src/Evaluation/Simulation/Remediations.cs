using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Simulation;

/// <summary>Ways out for stored data that would be rejected now, by the copies that are in the way.</summary>
public static class Remediations
{
    public const int MaxTargets = 5;

    public static IReadOnlyList<Remediation> Of(PolicySnapshot snapshot, Placement placement)
    {
        var verdicts = snapshot.Table.Find(placement.Cell);
        var refused = placement.Copies()
            .Select(copy => (copy.Kind, copy.Region, Verdict: verdicts.Judge(copy.Kind, copy.Region)))
            .Where(copy => copy.Verdict.Effect is not Effect.Permit)
            .ToArray();
        return
        [
            .. refused.Where(copy => copy.Verdict.Code == ReasonCodes.MechanismMissing)
                .Select(copy => copy.Region)
                .Distinct(StringComparer.Ordinal)
                .Select(region => new Remediation { Kind = RemediationKind.ObtainMechanism, Region = region }),
            .. refused.Where(copy => copy.Kind is not CopyKind.Primary)
                .Select(copy => copy.Region)
                .Distinct(StringComparer.Ordinal)
                .Select(region => new Remediation { Kind = RemediationKind.DeleteCopy, Region = region }),
            .. refused.Select(copy => new Remediation { Kind = RemediationKind.Move, Region = copy.Region, Targets = Targets(snapshot, verdicts, placement, copy.Kind, copy.Region) })
                .Where(move => move.Targets.Count > 0)
                .DistinctBy(move => (move.Region, string.Join(',', move.Targets))),
            new() { Kind = RemediationKind.Accept },
        ];
    }

    private static string[] Targets(PolicySnapshot snapshot, ICellVerdicts verdicts, Placement placement, CopyKind kind, string from)
    {
        var taken = placement.Copies().Where(copy => copy.Kind == kind).Select(copy => copy.Region).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. verdicts.Permitted(kind)
                .Where(region => !taken.Contains(region.Code))
                .NearestTo(snapshot.FindRegion(from)?.Country ?? placement.OriginCountry, snapshot)
                .Take(MaxTargets)
                .Select(region => region.Code),
        ];
    }
}
