using System.Xml;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Access;

/// <summary>The rules that can refuse an access, besides those on transfers out of a group of countries.</summary>
public static class AccessRules
{
    public static IEnumerable<AccessFinding> Refusals(AccessQuestion question) =>
    [
        .. Region("Source", question.Asked.SourceRegion, question.Source),
        .. Region("Target", question.Asked.TargetRegion, question.Target),
        .. Data(question),
        .. Policy(question),
        .. Bans(question),
        .. Duration(question),
    ];

    private static IEnumerable<AccessFinding> Region(string role, string code, Region? region)
    {
        if (region is null)
        {
            yield return PseudoRegions.Contains(code)
                ? new(Effect.Forbid, AccessCodes.RegionNotAPlace, $"{role} region {code} is a provider's alias for everywhere, not a place; name a region.")
                : new(Effect.Unknown, AccessCodes.RegionUnknown, $"{role} region {code} is not in the registry; register it or name a registered one.");
        }
        else if (role == "Target" && region.State is RegionState.Isolated or RegionState.Retired)
        {
            yield return new(Effect.Forbid, AccessCodes.RegionClosed, $"Target region {code} is {region.State.ToString().ToLowerInvariant()}; ask for access through another one.");
        }
    }

    private static IEnumerable<AccessFinding> Data(AccessQuestion question)
    {
        var asked = question.Asked;
        if (question.Data is not { } data)
        {
            yield return new(Effect.Unknown, AccessCodes.DataUnknown, $"Data {asked.DataId} of tenant {asked.TenantId} was never admitted or classified; have it admitted or classified first.");
            yield break;
        }

        if (data.Placement is { } placement && !placement.Copies().Any(copy => copy.Region == asked.SourceRegion))
        {
            var copies = string.Join(", ", placement.Copies().Select(copy => copy.Region).Distinct(StringComparer.Ordinal));
            yield return new(Effect.Unknown, AccessCodes.DataNotInRegion, $"Data {asked.DataId} has no copy in {asked.SourceRegion}; name a region that has one: {copies}.");
        }

        if (question.Obligations is null)
        {
            yield return new(Effect.Unknown, AccessCodes.ClassificationUnknown, $"The rules for level {LevelOf(data)} are missing or contradict each other; a policy administrator has to mend them.");
        }
    }

    private static IEnumerable<AccessFinding> Policy(AccessQuestion question)
    {
        if (question.Data is not { } data)
        {
            yield break;
        }

        if (question.Policy is not { } policy)
        {
            yield return new(Effect.Silent, AccessCodes.PolicyMissing, "No residency policy applies, not even a platform default; publish one.");
        }
        else if (IsOutside(question, policy) && !Residency.AllowsViewFromOutside(policy))
        {
            yield return new(
                Effect.Forbid,
                AccessCodes.ViewFromOutsideForbidden,
                $"{PolicySelection.DefaultNote(policy, question.Asked.TenantId, data.DataType)}Through region {question.Asked.TargetRegion}, from {question.Asked.TargetCountry}, the data would be seen from outside, and {Residency.NameOf(policy)} keeps it {Residency.Confines(policy, CopyKind.Primary)}; ask for access from inside.");
        }
    }

    private static bool IsOutside(AccessQuestion question, ResidencyPolicy policy) =>
        (question.Target is { } target && !Residency.HasInside(policy, target, question.Snapshot))
        || !question.Destinations.All(country => Residency.HasInside(policy, country, question.Snapshot));

    private static IEnumerable<AccessFinding> Bans(AccessQuestion question)
    {
        if (!question.IsRestricted)
        {
            return [];
        }

        string?[] origins = [question.Source?.Country, question.Data!.Placement?.OriginCountry];
        return
            from fact in question.Snapshot.Facts
            where fact.Kind == LegalFactKinds.TransferBan && fact.Country is not null && origins.Contains(fact.Country) && fact.IsInForce(question.Snapshot.AsOf)
            from destination in question.Destinations.Intersect(fact.Destinations)
            select new AccessFinding(
                Effect.Forbid,
                AccessCodes.TransferBanned,
                $"{fact.Instrument} bans {LevelOf(question.Data)} data of {fact.Country} from {destination}; ask for access from a country and through a region outside {string.Join(", ", fact.Destinations)}.",
                fact);
    }

    private static IEnumerable<AccessFinding> Duration(AccessQuestion question)
    {
        if (question.LongestAccess is { } longest && question.Duration > longest)
        {
            yield return new(
                Effect.Forbid,
                AccessCodes.DurationTooLong,
                $"{question.Asked.Duration} is longer than {LevelOf(question.Data!)} data may be accessed at a time; ask for at most {XmlConvert.ToString(longest)}.");
        }
    }

    private static string LevelOf(KnownAccessData data) => data.Level.ToString().ToLowerInvariant();
}
