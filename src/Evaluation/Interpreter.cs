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
    public Verdict Judge(CopyKind copy, string region) =>
        _snapshot.FindRegion(region) is { } known ? Judge(copy, known) : JudgeUnregistered(region);

    public IEnumerable<Region> Permitted(CopyKind copy) =>
        _snapshot.ActiveRegions.Where(region => Judge(copy, region).Effect is Effect.Permit);

    /// <summary>What the facts that concern a cell say to one copy: of the strongest verdicts, that of the first fact.</summary>
    internal static Verdict JudgeByFacts(IReadOnlyList<LegalFact> facts, PlacementCell cell, MechanismCover cover, Region region, CopyKind copy, PolicySnapshot snapshot) =>
        facts.Select(fact => fact.Judge(cell, cover, region, copy, snapshot)).Append(Verdict.Nothing).MinBy(verdict => verdict.Effect);

    /// <summary>What the region's state and the policy say to one copy.</summary>
    internal static Verdict JudgeByPolicy(ResidencyPolicy? policy, Region region, CopyKind copy, PolicySnapshot snapshot)
    {
        if (region.State is not RegionState.Active)
        {
            return new(Effect.Forbid, ReasonCodes.RegionNotActive);
        }

        if (policy is null)
        {
            return new(Effect.Silent, ReasonCodes.PolicyMissing);
        }

        return Residency.Refusal(policy, region, copy, snapshot) is { } refusal ? new(Effect.Silent, refusal) : new(Effect.Permit, ReasonCodes.Compliant);
    }

    internal static Verdict JudgeUnregistered(string region) =>
        PseudoRegions.Contains(region) ? new(Effect.Forbid, ReasonCodes.RegionNotAPlace) : new(Effect.Unknown, ReasonCodes.RegionUnknown);

    // Among verdicts of one strength the laws come first, in the order of their ids, and the platform's own rules after them.
    private Verdict Judge(CopyKind copy, Region region)
    {
        var byFacts = JudgeByFacts(Facts, _cell, LegalFacts.Cover(Policy, region.Country, _snapshot), region, copy, _snapshot);
        var byPolicy = JudgeByPolicy(Policy, region, copy, _snapshot);
        return byFacts.Effect <= byPolicy.Effect ? byFacts : byPolicy;
    }
}
