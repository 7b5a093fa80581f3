using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>The plain reading of policies, rules and facts about one cell: slow, obvious, and what every faster way is compared with.</summary>
public sealed class Interpreter : ICellVerdicts
{
    private readonly PolicySnapshot _snapshot;
    private readonly PlacementCell _cell;

    public Interpreter(PolicySnapshot snapshot, PlacementCell cell)
    {
        _snapshot = snapshot;
        _cell = cell;
        Policy = PolicySelection.Select(snapshot, cell.TenantId, cell.DataType);
        Facts = [.. snapshot.Facts.Where(fact => fact.Concerns(cell, snapshot))];
        Obligations = cell.Level is { } level ? ObligationLattice.Of(level, cell.TenantId, snapshot) : null;
    }

    public ResidencyPolicy? Policy { get; }

    public IReadOnlyList<LegalFact> Facts { get; }

    public Obligations? Obligations { get; }

    /// <summary>The strongest of what the rules say about one copy: forbid, unknown, permit, silence.</summary>
    public Verdict Judge(CopyKind copy, string region)
    {
        if (_snapshot.FindRegion(region) is { } known)
        {
            return Judge(copy, known);
        }

        return PseudoRegions.Contains(region) ? new(Effect.Forbid, ReasonCodes.RegionNotAPlace) : new(Effect.Unknown, ReasonCodes.RegionUnknown);
    }

    public IEnumerable<Region> Permitted(CopyKind copy) =>
        _snapshot.ActiveRegions.Where(region => Judge(copy, region).Effect is Effect.Permit);

    // Among verdicts of one strength the laws come first, in the order of their ids, and the platform's own rules after them.
    private Verdict Judge(CopyKind copy, Region region) =>
        Facts.Select(fact => fact.Judge(_cell, Policy, region, copy, _snapshot))
            .Append(region.State is RegionState.Active ? Verdict.Nothing : new(Effect.Forbid, ReasonCodes.RegionNotActive))
            .Append(JudgeByPolicy(copy, region))
            .MinBy(verdict => verdict.Effect);

    private Verdict JudgeByPolicy(CopyKind copy, Region region)
    {
        if (Policy is null)
        {
            return new(Effect.Silent, ReasonCodes.PolicyMissing);
        }

        return Residency.Refusal(Policy, region, copy, _snapshot) is { } refusal ? new(Effect.Silent, refusal) : new(Effect.Permit, ReasonCodes.Compliant);
    }
}
