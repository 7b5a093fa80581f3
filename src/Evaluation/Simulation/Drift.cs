using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Simulation;

/// <summary>A violation that is not over, of the data in one cell.</summary>
public sealed record UnresolvedViolation(long CellId, ResidencyViolation Violation);

/// <summary>What is to be done about violations for one snapshot.</summary>
/// <param name="Opened">Cells whose data would be rejected, and that have no violation yet. How many placements they hold is not counted.</param>
/// <param name="Changed">Would still be rejected, and there is something else to say about it, be it another reason.</param>
/// <param name="Resolved">Are over.</param>
public sealed record DriftFound(
    IReadOnlyList<UnresolvedViolation> Opened,
    IReadOnlyList<(UnresolvedViolation Violation, bool OtherReason)> Changed,
    IReadOnlyList<(UnresolvedViolation Violation, ViolationResolution Resolution)> Resolved);

/// <summary>Compares what is stored with what may be stored.</summary>
public static class Drift
{
    /// <summary>What a snapshot means for violations.</summary>
    /// <param name="snapshot">What decides.</param>
    /// <param name="stored">The cells that data lies in.</param>
    /// <param name="unresolved">The violations of these cells, and of cells that no data lies in any more.</param>
    /// <param name="newId">Ids for violations that open.</param>
    public static DriftFound Find(PolicySnapshot snapshot, IReadOnlyList<CorpusCell> stored, IReadOnlyList<UnresolvedViolation> unresolved, Func<Guid> newId)
    {
        var known = unresolved.ToDictionary(violation => violation.CellId);
        var opened = new List<UnresolvedViolation>();
        var changed = new List<(UnresolvedViolation, bool)>();
        var resolved = new List<(UnresolvedViolation, ViolationResolution)>();
        foreach (var cell in stored)
        {
            known.Remove(cell.Id, out var violation);
            if (snapshot.Table.Decide(cell.Placement).Outcome.Admits())
            {
                if (violation is not null)
                {
                    resolved.Add((violation, ViolationResolution.Permitted));
                }
            }
            else if (violation is null)
            {
                opened.Add(new(cell.Id, Describe(newId(), snapshot, cell.Placement)));
            }
            else if (Update(violation.Violation, snapshot, cell.Placement) is { } updated)
            {
                changed.Add((violation with { Violation = updated }, updated.Code != violation.Violation.Code));
            }
        }

        resolved.AddRange(known.Values.OrderBy(violation => violation.CellId).Select(violation => (violation, ViolationResolution.NothingLeft)));
        return new(opened, changed, resolved);
    }

    private static ResidencyViolation Describe(Guid id, PolicySnapshot snapshot, Placement placement)
    {
        var decision = Evaluator.Decide(snapshot, placement, snapshot.Table.Find(placement.Cell));
        return new()
        {
            Id = id,
            TenantId = placement.TenantId,
            DataType = placement.DataType,
            Classification = ClassificationLevels.Find(placement.Classification)!.Value,
            OriginCountry = placement.OriginCountry,
            PrimaryRegion = placement.PrimaryRegion,
            ReplicaRegions = placement.ReplicaRegions,
            BackupRegions = placement.BackupRegions,
            Placements = 0,
            Code = decision.Code,
            Message = decision.Message,
            Citations = decision.Citations,
            Since = snapshot.AsOf,
            Epoch = snapshot.Epoch,
            Remediations = Remediations.Of(snapshot, placement),
        };
    }

    private static ResidencyViolation? Update(ResidencyViolation violation, PolicySnapshot snapshot, Placement placement)
    {
        var decision = Evaluator.Decide(snapshot, placement, snapshot.Table.Find(placement.Cell));
        var remediations = Remediations.Of(snapshot, placement);
        return violation.Code == decision.Code
            && violation.Message == decision.Message
            && violation.Citations.SequenceEqual(decision.Citations)
            && violation.Remediations.Count == remediations.Count
            && violation.Remediations.Zip(remediations).All(pair => Same(pair.First, pair.Second))
            ? null
            : violation with { Code = decision.Code, Message = decision.Message, Citations = decision.Citations, Remediations = remediations };
    }

    private static bool Same(Remediation one, Remediation other) =>
        one.Kind == other.Kind && one.Region == other.Region && one.Targets.SequenceEqual(other.Targets, StringComparer.Ordinal);
}
