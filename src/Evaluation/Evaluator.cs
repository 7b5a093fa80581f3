using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>
/// The one evaluator of policies, rules and facts. Rules about one copy combine as
/// forbid &gt; unknown &gt; permit &gt; silence, in whatever order they stand; the whole is admitted only where every copy is permitted.
/// </summary>
public static class Evaluator
{
    public const int MaxNearestRegions = 5;

    public static Decision Decide(PolicySnapshot snapshot, Placement placement) =>
        Decide(snapshot, placement, snapshot.Find(placement.Cell));

    /// <summary>The same without a table, for whatever is compared with it.</summary>
    public static Decision Interpret(PolicySnapshot snapshot, Placement placement) =>
        Decide(snapshot, placement, new Interpreter(snapshot, placement.Cell));

    public static Decision Decide(PolicySnapshot snapshot, Placement placement, ICellVerdicts cell)
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

        IEnumerable<Finding> whole = cell.Obligations is null ? [new(new(Effect.Unknown, ReasonCodes.ClassificationUnknown))] : [];
        var copies = placement.Copies().Select(copy => new Finding(cell.Judge(copy.Kind, copy.Region), copy.Kind, copy.Region));

        Finding[] refusals =
        [
            .. whole.Concat(copies)
                .Where(finding => finding.Effect is not Effect.Permit)
                .OrderBy(finding => finding.Effect)
                .ThenBy(finding => finding.Copy ?? (CopyKind)(-1))
                .ThenBy(finding => finding.Region, StringComparer.Ordinal),
        ];

        var decision = refusals is [var reason, ..]
            ? Answer(snapshot, placement, OutcomeOf(reason.Effect), reason.Verdict.Code, Explain(reason, refusals, snapshot, cell.Policy, placement)) with
            {
                NearestCompliantRegions =
                [
                    .. cell.Permitted(CopyKind.Primary)
                        .NearestTo(snapshot.FindRegion(placement.PrimaryRegion)?.Country ?? placement.OriginCountry, snapshot)
                        .Take(MaxNearestRegions)
                        .Select(region => region.Code),
                ],
            }
            : Answer(
                snapshot,
                placement,
                Admission(cell.Obligations),
                ReasonCodes.Compliant,
                ExplainYes(cell.Policy!, placement, snapshot, cell.Facts));

        return decision with
        {
            PolicyId = cell.Policy?.Id,
            PolicyVersion = cell.Policy?.Version,
            Obligations = cell.Obligations,
            AllowedReplicaRegions = [.. cell.Permitted(CopyKind.Replica).Select(region => region.Code)],
            Citations = [.. cell.Facts.Select(fact => new Citation { FactId = fact.Id, Instrument = fact.Instrument })],
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

    internal static DecisionOutcome Admission(Obligations? obligations) =>
        obligations is not null && ObligationLattice.Binds(obligations) ? DecisionOutcome.AllowWithObligations : DecisionOutcome.Allow;

    internal static DecisionOutcome OutcomeOf(Effect refusal) => refusal switch
    {
        Effect.Forbid => DecisionOutcome.Forbidden,
        Effect.Unknown => DecisionOutcome.Indeterminate,
        _ => DecisionOutcome.NotPermitted,
    };

    private static string Explain(Finding reason, IReadOnlyList<Finding> refusals, PolicySnapshot snapshot, ResidencyPolicy? policy, Placement placement)
    {
        var others = refusals.Skip(1)
            .Where(finding => finding.Copy is not null)
            .Select(finding => $"{NameOf(finding.Copy!.Value).ToLowerInvariant()} {finding.Region} ({finding.Verdict.Code})")
            .ToArray();
        var also = others is [] ? "" : $" Refused too: {string.Join(", ", others)}.";
        var byDefault = reason.Effect is Effect.Silent ? PolicySelection.DefaultNote(policy, placement.TenantId, placement.DataType) : "";
        var sentence = reason.Copy is { } copy ? Explain(reason.Verdict, copy, reason.Region!, snapshot, policy, placement) : ExplainLevel(placement);
        return byDefault + sentence + also;
    }

    private static string Explain(Verdict verdict, CopyKind copy, string code, PolicySnapshot snapshot, ResidencyPolicy? policy, Placement placement)
    {
        var name = $"{NameOf(copy)} region {code}";
        var region = snapshot.FindRegion(code);
        return verdict.Code switch
        {
            ReasonCodes.RegionNotAPlace => $"{name} is a provider's alias for everywhere, not a place; name a region.",
            ReasonCodes.RegionUnknown => $"{name} is not in the registry; register it or name a registered one.",
            ReasonCodes.RegionNotActive => $"{name} takes no new data: it is {region!.State.ToString().ToLowerInvariant()}.",
            ReasonCodes.LocalisationRequired => $"{name} lies in {region!.Country}; {ExplainFact(verdict.Fact!, placement)}.",
            ReasonCodes.TransferBanned => $"{name} lies in {region!.Country}; {verdict.Fact!.Instrument} keeps {placement.DataType} data{OfOrigin(verdict.Fact)} out of {string.Join(", ", verdict.Fact.Destinations)}.",
            ReasonCodes.MechanismMissing => $"{name} lies in {region!.Country}; {verdict.Fact!.Instrument} ask for a decision of adequacy or a transfer mechanism for data from {placement.OriginCountry}, and {(policy is null ? "no policy declares one" : $"{Residency.NameOf(policy)} declares none")} for {region.Country}{EvenWithOne(policy, region, copy, snapshot)}.",
            ReasonCodes.PolicyMissing => "No residency policy applies, not even a platform default; publish one.",
            ReasonCodes.OperatorNotSovereign => $"{name} is run by {region!.Operator}, bound by the law of {string.Join(" and ", region.OperatorJurisdictions.Order(StringComparer.Ordinal))}; {ExplainPolicy(policy!, copy)}.",
            _ => $"{name} lies in {region!.Country}; {ExplainPolicy(policy!, copy)}.",
        };
    }

    private static string ExplainFact(LegalFact fact, Placement placement) =>
        $"{fact.Instrument} keeps {(fact.Effect is LegalEffect.PrimaryInCountry ? "the primary" : "every copy")} of {placement.DataType} data from {fact.Country} in {fact.Country}";

    private static string EvenWithOne(ResidencyPolicy? policy, Region region, CopyKind copy, PolicySnapshot snapshot) =>
        policy is not null && Residency.Refusal(policy, region, copy, snapshot) is not null
            ? $"; with one, it would still keep a {NameOf(copy).ToLowerInvariant()} {Residency.Confines(policy, copy)}"
            : "";

    private static string OfOrigin(LegalFact fact) => (fact.Country ?? fact.From) is { } origin ? $" from {origin}" : "";

    private static string ExplainPolicy(ResidencyPolicy policy, CopyKind copy) =>
        $"{Residency.NameOf(policy)} keeps a {NameOf(copy).ToLowerInvariant()} {Residency.Confines(policy, copy)}";

    private static string ExplainLevel(Placement placement) => placement.Classification switch
    {
        null or "" => $"The classification is missing; give one of {string.Join(", ", ClassificationLevels.Names)}.",
        var level when ClassificationLevels.Find(level) is null => $"The classification is none of the five levels; give one of {string.Join(", ", ClassificationLevels.Names)}.",
        var level => $"The rules for level {level} are missing or their retention ranges leave nothing; a policy administrator has to mend them.",
    };

    private static string ExplainYes(ResidencyPolicy policy, Placement placement, PolicySnapshot snapshot, IReadOnlyList<LegalFact> facts)
    {
        var review = facts
            .Where(fact => fact.Effect is LegalEffect.PrimaryInCountry && placement.Copies().Any(copy => snapshot.FindRegion(copy.Region)!.Country != fact.Country))
            .Select(fact => $" A copy outside {fact.Country} is disputed under {fact.Instrument}: have it reviewed.");
        return $"{PolicySelection.DefaultNote(policy, placement.TenantId, placement.DataType)}Every copy lies where {Residency.NameOf(policy)} allows it: {Residency.Confines(policy, CopyKind.Primary)}.{string.Concat(review)}";
    }

    private static string NameOf(CopyKind copy) => copy switch
    {
        CopyKind.Primary => "Primary",
        CopyKind.Replica => "Replica",
        _ => "Backup",
    };
}
