using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.PolicyService.Evaluation;

/// <summary>
/// The one evaluator: the plain reading of policies, rules and facts. Rules about one copy combine as
/// forbid &gt; unknown &gt; permit &gt; silence; the whole is admitted only where every copy is permitted.
/// </summary>
internal static class Evaluator
{
    public const int MaxNearestRegions = 5;

    public static Decision Decide(PolicySnapshot snapshot, Placement placement, DateTimeOffset now)
    {
        if (placement.MinimumEpoch > snapshot.Epoch)
        {
            // A lower epoch may not decide at all, so it does not forbid either.
            return Answer(
                snapshot,
                placement,
                DecisionOutcome.Indeterminate,
                ReasonCodes.EpochNotReached,
                $"Policy epoch {placement.MinimumEpoch} is demanded and {snapshot.Epoch} is active; send it again once that epoch is active.");
        }

        var policy = PolicySelection.Select(snapshot, placement.TenantId, placement.DataType, now);
        LegalFact[] facts = [.. snapshot.Facts.Where(fact => fact.Concerns(placement, now))];
        var level = ClassificationLevels.Find(placement.Classification);
        var obligations = level is { } known ? ObligationLattice.Of(known, snapshot.Rules) : null;

        var whole = JudgeClassification(placement, level, obligations);
        var copies = placement.Copies()
            .Select(copy => Strongest(Judge(snapshot, placement, policy, facts, copy.Kind, copy.Region, now)))
            .ToArray();

        Finding[] refusals =
        [
            .. whole.Concat(copies)
                .Where(finding => finding.Effect is not Effect.Permit)
                .OrderBy(finding => finding.Effect)
                .ThenBy(finding => finding.Copy ?? (CopyKind)(-1))
                .ThenBy(finding => finding.Region, StringComparer.Ordinal),
        ];

        var decision = refusals is [var reason, ..]
            ? Answer(snapshot, placement, OutcomeOf(reason.Effect), reason.Code, Explain(reason, refusals, policy, placement)) with
            {
                NearestCompliantRegions = NearestRegions(snapshot, placement, policy, facts, now),
            }
            : Answer(
                snapshot,
                placement,
                ObligationLattice.Binds(obligations!) ? DecisionOutcome.AllowWithObligations : DecisionOutcome.Allow,
                ReasonCodes.Compliant,
                ExplainYes(policy!, placement, snapshot, facts));

        return decision with
        {
            PolicyId = policy?.Id,
            PolicyVersion = policy?.Version,
            Obligations = obligations,
            AllowedReplicaRegions = [.. PermittedRegions(snapshot, placement, policy, facts, CopyKind.Replica, now).Select(region => region.Code)],
            Citations = [.. facts.Select(fact => new Citation { FactId = fact.Id, Instrument = fact.Instrument })],
        };
    }

    /// <summary>The answer to an input that could not be read.</summary>
    public static Decision Refuse(PolicySnapshot snapshot, string? tenantId, string? dataId, InvalidField invalid) => new()
    {
        DataId = dataId ?? "",
        TenantId = tenantId,
        Outcome = DecisionOutcome.Indeterminate,
        Code = ReasonCodes.InputInvalid,
        Message = invalid.Message,
        Epoch = snapshot.Epoch,
    };

    /// <summary>The answer to a data id that came before with other content.</summary>
    public static Decision RefuseReuse(PolicySnapshot snapshot, Placement placement) => Answer(
        snapshot,
        placement,
        DecisionOutcome.Forbidden,
        ReasonCodes.DataIdReused,
        "This data id was decided before with other content, and that decision stands; use a new data id for other content.");

    private static Decision Answer(PolicySnapshot snapshot, Placement placement, DecisionOutcome outcome, string code, string message) => new()
    {
        DataId = placement.DataId,
        TenantId = placement.TenantId,
        Outcome = outcome,
        Code = code,
        Message = message,
        Epoch = snapshot.Epoch,
        InputHash = placement.Hash(),
    };

    private static IEnumerable<Finding> JudgeClassification(Placement placement, ClassificationLevel? level, Obligations? obligations)
    {
        if (level is null)
        {
            var given = string.IsNullOrEmpty(placement.Classification) ? "The classification is missing" : "The classification is none of the five levels";
            yield return new Finding(Effect.Unknown, ReasonCodes.ClassificationUnknown, () => $"{given}; give one of {string.Join(", ", ClassificationLevels.Names)}.");
        }
        else if (obligations is null)
        {
            yield return new Finding(
                Effect.Unknown,
                ReasonCodes.ClassificationUnknown,
                () => $"The rules for level {placement.Classification} are missing or their retention ranges leave nothing; a policy administrator has to mend them.");
        }
    }

    private static IEnumerable<Finding> Judge(
        PolicySnapshot snapshot,
        Placement placement,
        ResidencyPolicy? policy,
        IReadOnlyList<LegalFact> facts,
        CopyKind copy,
        string code,
        DateTimeOffset now)
    {
        Finding Say(Effect effect, string reason, Func<string> sentence) => new(effect, reason, sentence, copy, code);

        if (snapshot.FindRegion(code) is not { } region)
        {
            yield return PseudoRegions.Contains(code)
                ? Say(Effect.Forbid, ReasonCodes.RegionNotAPlace, () => $"{NameOf(copy)} region {code} is a provider's alias for everywhere, not a place; name a region.")
                : Say(Effect.Unknown, ReasonCodes.RegionUnknown, () => $"{NameOf(copy)} region {code} is not in the registry; register it or name a registered one.");
            yield break;
        }

        if (region.State is not RegionState.Active)
        {
            yield return Say(Effect.Forbid, ReasonCodes.RegionNotActive, () => $"{NameOf(copy)} region {code} takes no new data: it is {region.State.ToString().ToLowerInvariant()}.");
        }

        foreach (var fact in facts.Where(fact => fact.Forbids(copy, region.Country)))
        {
            yield return Say(
                Effect.Forbid,
                ReasonCodes.LocalisationRequired,
                () => $"{NameOf(copy)} region {code} lies in {region.Country}; {fact.Instrument} keeps {(fact.Effect is LegalEffect.PrimaryInCountry ? "the primary" : "every copy")} of {placement.DataType} data from {fact.Country} in {fact.Country}.");
        }

        if (policy is null)
        {
            yield return Say(Effect.Silent, ReasonCodes.PolicyMissing, () => "No residency policy applies, not even a platform default; publish one.");
            yield break;
        }

        var refusal = Residency.Refusal(policy, region, copy, snapshot, now);
        yield return refusal is null
            ? Say(Effect.Permit, ReasonCodes.Compliant, () => "")
            : Say(Effect.Silent, refusal, () => Refusal(policy, region, copy, refusal));
    }

    private static string Refusal(ResidencyPolicy policy, Region region, CopyKind copy, string code)
    {
        var where = code == ReasonCodes.OperatorNotSovereign
            ? $"is run by {region.Operator}, bound by the law of {string.Join(" and ", region.OperatorJurisdictions.Order(StringComparer.Ordinal))}"
            : $"lies in {region.Country}";
        return $"{NameOf(copy)} region {region.Code} {where}; {NameOf(policy)} keeps a {NameOf(copy).ToLowerInvariant()} {Residency.Confines(policy, copy)}.";
    }

    private static Finding Strongest(IEnumerable<Finding> findings) =>
        findings.OrderBy(finding => finding.Effect).ThenBy(finding => finding.Code, StringComparer.Ordinal).First();

    private static DecisionOutcome OutcomeOf(Effect refusal) => refusal switch
    {
        Effect.Forbid => DecisionOutcome.Forbidden,
        Effect.Unknown => DecisionOutcome.Indeterminate,
        _ => DecisionOutcome.NotPermitted,
    };

    private static IEnumerable<Region> PermittedRegions(
        PolicySnapshot snapshot,
        Placement placement,
        ResidencyPolicy? policy,
        IReadOnlyList<LegalFact> facts,
        CopyKind copy,
        DateTimeOffset now) =>
        snapshot.ActiveRegions.Where(region => Strongest(Judge(snapshot, placement, policy, facts, copy, region.Code, now)).Effect is Effect.Permit);

    private static string[] NearestRegions(
        PolicySnapshot snapshot,
        Placement placement,
        ResidencyPolicy? policy,
        IReadOnlyList<LegalFact> facts,
        DateTimeOffset now)
    {
        var wanted = snapshot.FindRegion(placement.PrimaryRegion)?.Country ?? placement.OriginCountry;
        return
        [
            .. PermittedRegions(snapshot, placement, policy, facts, CopyKind.Primary, now)
                .OrderByDescending(region => region.Country == wanted)
                .ThenByDescending(region => SharedGroups(snapshot, region.Country, wanted, now))
                .ThenByDescending(region => wanted is not null && Countries.ContinentOf(region.Country) == Countries.ContinentOf(wanted))
                .ThenBy(region => region.Code, StringComparer.Ordinal)
                .Take(MaxNearestRegions)
                .Select(region => region.Code),
        ];
    }

    private static int SharedGroups(PolicySnapshot snapshot, string country, string? wanted, DateTimeOffset now) =>
        wanted is null ? 0 : snapshot.Groups.Count(group => group.Contains(country, now) && group.Contains(wanted, now));

    private static string Explain(Finding reason, IReadOnlyList<Finding> refusals, ResidencyPolicy? policy, Placement placement)
    {
        var others = refusals.Skip(1)
            .Where(finding => finding.Copy is not null)
            .Select(finding => $"{NameOf(finding.Copy!.Value).ToLowerInvariant()} {finding.Region} ({finding.Code})")
            .ToArray();
        var also = others is [] ? "" : $" Refused too: {string.Join(", ", others)}.";
        var byDefault = reason.Effect is Effect.Silent ? DefaultNote(policy, placement) : "";
        return byDefault + reason.Sentence() + also;
    }

    private static string ExplainYes(ResidencyPolicy policy, Placement placement, PolicySnapshot snapshot, IReadOnlyList<LegalFact> facts)
    {
        var review = facts
            .Where(fact => fact.Effect is LegalEffect.PrimaryInCountry && placement.Copies().Any(copy => snapshot.FindRegion(copy.Region)!.Country != fact.Country))
            .Select(fact => $" A copy outside {fact.Country} is disputed under {fact.Instrument}: have it reviewed.");
        return $"{DefaultNote(policy, placement)}Every copy lies where {NameOf(policy)} allows it: {Residency.Confines(policy, CopyKind.Primary)}.{string.Concat(review)}";
    }

    private static string DefaultNote(ResidencyPolicy? policy, Placement placement) =>
        policy is { TenantId: null, DataType: null }
            ? $"No policy of tenant {placement.TenantId} or for {placement.DataType} data applies, so the platform default decides. "
            : "";

    private static string NameOf(CopyKind copy) => copy switch
    {
        CopyKind.Primary => "Primary",
        CopyKind.Replica => "Replica",
        _ => "Backup",
    };

    private static string NameOf(ResidencyPolicy policy) => policy switch
    {
        { TenantId: { } tenant, DataType: { } type } => $"the policy of tenant {tenant} for {type} data",
        { TenantId: { } tenant } => $"the policy of tenant {tenant}",
        { DataType: { } type } => $"the platform's policy for {type} data",
        _ => "the platform's default policy",
    };
}
