using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>What one policy would break, leave open and change.</summary>
internal static class PolicyFindings
{
    private const int MaxMoments = 20;

    /// <param name="before">The policies as they are and the facts as they will be: what facts change is told of the facts.</param>
    public static IEnumerable<PublishingFinding> Check(PlannedPolicy plan, PolicySnapshot before, PolicySnapshot after, DateTimeOffset now)
    {
        if (plan.Policy.ValidTo <= now)
        {
            return [new(FindingKinds.Shadowed, FindingSeverity.Warn, $"{plan.Place}/validTo", "It has ended already, so it never applies. Give a later validTo, or leave the policy out.")];
        }

        var start = plan.Policy.ValidFrom > now ? plan.Policy.ValidFrom : now;
        var (was, becomes) = (before.At(start), after.At(start));
        return
        [
            .. CheckOverlap(plan, after),
            .. CheckPossible(plan, becomes),
            .. CheckVersions(plan, before, now),
            .. CheckListed(plan, becomes),
            .. CheckMechanisms(plan, becomes),
            .. CheckGaps(plan, before, after, now),
            .. CheckFailover(plan, becomes),
            .. Compare(plan, was, becomes, now),
        ];
    }

    private static IEnumerable<PublishingFinding> CheckOverlap(PlannedPolicy plan, PolicySnapshot after)
    {
        var level = after.PoliciesAt(plan.Policy.TenantId, plan.Policy.DataType).Where(policy => policy.RetiredAt is null).Select(policy => policy.Policy).ToLookup(policy => policy.Id == plan.Policy.Id);
        return PolicyOverlap.Find(level[true], level[false]) is { } other
            ? [new(FindingKinds.Overlap, FindingSeverity.Refuse, $"{plan.Place}/validFrom", $"{(IsPlanned(other) ? "Another policy to be published" : $"Policy {other}")} applies to the same tenant and data type at the same time. Choose another time, or make one policy of them.")]
            : [];
    }

    private static IEnumerable<PublishingFinding> CheckPossible(PlannedPolicy plan, PolicySnapshot becomes)
    {
        if (Moments(FactFindings.WithoutPolicies(becomes), plan.Policy.ValidTo).Any(moment => moment.Regions.Any(region => CanHold(plan.Policy, region, moment))))
        {
            return becomes.ActiveRegions.Any(region => CanHold(plan.Policy, region, becomes))
                ? []
                : [new(FindingKinds.Impossible, FindingSeverity.Warn, Where(plan), $"No region that takes data when it begins may hold a primary {Residency.Confines(plan.Policy, CopyKind.Primary)}: everything under it is refused until one does.")];
        }

        return [new(FindingKinds.Impossible, FindingSeverity.Refuse, Where(plan), $"No registered region could ever hold a primary {Residency.Confines(plan.Policy, CopyKind.Primary)}: everything under it would be refused. Register such a region first, or confine it elsewhere.")];
    }

    private static IEnumerable<PublishingFinding> CheckVersions(PlannedPolicy plan, PolicySnapshot before, DateTimeOffset now) =>
        before.PoliciesAt(plan.Policy.TenantId, plan.Policy.DataType)
            .Select(version => version.Policy)
            .Where(version => version.Id == plan.Policy.Id && version.ValidFrom > now && version.ValidFrom >= plan.Policy.ValidFrom)
            .Select(version => new PublishingFinding(
                FindingKinds.Shadowed,
                FindingSeverity.Warn,
                $"{plan.Place}/validFrom",
                $"Version {version.Version}, which was to apply from {version.ValidFrom:yyyy-MM-ddTHH:mm:ssZ}, never applies: this one begins no later. Begin later if it is still wanted."));

    private static IEnumerable<PublishingFinding> CheckListed(PlannedPolicy plan, PolicySnapshot becomes)
    {
        var parameters = plan.Policy.Parameters;
        IEnumerable<(string Place, string Code, CopyKind Copy)> listed =
        [
            .. (parameters.PrimaryRegions ?? []).Select((code, i) => ($"primaryRegions/{i}", code, CopyKind.Primary)),
            .. (parameters.ReplicaRegions ?? []).Select((code, i) => ($"replicaRegions/{i}", code, CopyKind.Replica)),
            .. (parameters.Regions ?? []).Select((region, i) => ($"regions/{i}", region.Code, region.Use is ClientRegionUse.Copy ? CopyKind.Replica : CopyKind.Primary)),
        ];
        foreach (var (place, code, copy) in listed)
        {
            var region = becomes.FindRegion(code)!;
            var why = region.State is not RegionState.Active
                ? $"takes no new data, it is {region.State.ToString().ToLowerInvariant()}. Wait until it is active, or leave it out"
                : Ban(plan.Policy, region, copy, becomes) is { } fact
                    ? $"lies in {region.Country}, and {fact.Instrument} keeps this data out of there whatever a policy says. Leave it out"
                    : null;
            if (why is not null)
            {
                yield return new(FindingKinds.Shadowed, FindingSeverity.Warn, $"{plan.Place}/parameters/{place}", $"{code} {why}.") { Regions = [code] };
            }
        }
    }

    private static IEnumerable<PublishingFinding> CheckMechanisms(PlannedPolicy plan, PolicySnapshot becomes)
    {
        for (var i = 0; i < plan.Policy.Mechanisms.Count; i++)
        {
            var (mechanism, place) = (plan.Policy.Mechanisms[i], $"{plan.Place}/mechanisms/{i}");
            if (mechanism.ValidUntil <= becomes.AsOf)
            {
                yield return new(FindingKinds.Shadowed, FindingSeverity.Warn, $"{place}/validUntil", $"{mechanism.Reference} has ended when the policy begins, so nothing rests on it. Name one that holds, or leave it out.");
            }
            else if (mechanism.ValidUntil is { } end && (plan.Policy.ValidTo is null || end < plan.Policy.ValidTo))
            {
                yield return new(FindingKinds.Gap, FindingSeverity.Warn, $"{place}/validUntil", $"From {end:yyyy-MM-ddTHH:mm:ssZ} on, the policy goes on without {mechanism.Reference}: copies that rest on it alone are refused then. Renew it before.");
            }

            if (mechanism.Kind is not TransferMechanismKind.Certification)
            {
                continue;
            }

            foreach (var (country, j) in mechanism.Countries.Select((country, j) => (country, j)))
            {
                if (!becomes.Facts.Any(fact => fact.Kind is LegalFactKinds.Adequacy && fact.To == country && fact.IsInForce(becomes.AsOf)))
                {
                    yield return new(FindingKinds.Shadowed, FindingSeverity.Warn, $"{place}/countries/{j}", $"No decision of adequacy is about {country}, so a certification there carries nothing. Declare another mechanism, or leave it out.");
                }
            }
        }
    }

    private static IEnumerable<PublishingFinding> CheckGaps(PlannedPolicy plan, PolicySnapshot before, PolicySnapshot after, DateTimeOffset now)
    {
        var old = Gaps(before, plan.Policy).ToArray();
        foreach (var gap in Gaps(after, plan.Policy).Where(gap => gap.To > now && !old.Contains(gap) && (gap.From == plan.Policy.ValidTo || gap.To == plan.Policy.ValidFrom)))
        {
            var moment = gap.From > now ? gap.From : now;
            var decides = PolicySelection.Select(after.At(moment), plan.Policy.TenantId ?? "", plan.Policy.DataType ?? "") is { } policy
                ? $"{Residency.NameOf(policy)} decides"
                : "no policy decides, so all data that has none of its own is refused";
            yield return new(
                FindingKinds.Gap,
                FindingSeverity.Warn,
                $"{plan.Place}/{(gap.From == plan.Policy.ValidTo ? "validTo" : "validFrom")}",
                $"From {gap.From:yyyy-MM-ddTHH:mm:ssZ} {(gap.To == DateTimeOffset.MaxValue ? "on" : $"to {gap.To:yyyy-MM-ddTHH:mm:ssZ}")}, {decides}. Close the gap if that is not meant.");
        }
    }

    private static IEnumerable<PublishingFinding> CheckFailover(PlannedPolicy plan, PolicySnapshot becomes)
    {
        string[] all = [.. becomes.ActiveRegions.Where(region => CanHold(plan.Policy, region, becomes)).Select(region => region.Code)];
        if (all is [var only])
        {
            return [new(FindingKinds.NoFailover, FindingSeverity.Warn, Where(plan), $"{only} is the only region for a primary: if it is lost, data has nowhere to fail over to and holds. Permit a second region if that is not meant.") { Regions = [only] }];
        }

        // Where laws leave some data a single region, although the policy leaves more.
        var classes = CellClasses.Of(plan.Policy.TenantId, plan.Policy.DataType, becomes);
        return classes
            .Select(cell => (cell, Left: Left(plan.Policy, cell.Cell, becomes)))
            .Where(cell => cell.Left is [_])
            .GroupBy(cell => cell.Left[0], cell => cell.cell)
            .Select(alike => new PublishingFinding(
                FindingKinds.NoFailover,
                FindingSeverity.Warn,
                Where(plan),
                $"{alike.Key} is the only region for a primary{new CellDifference([.. alike], [], []).OfWhat(classes)}: if it is lost, that data has nowhere to fail over to and holds.")
            {
                Regions = [alike.Key],
            });
    }

    private static IEnumerable<PublishingFinding> Compare(PlannedPolicy plan, PolicySnapshot was, PolicySnapshot becomes, DateTimeOffset now)
    {
        var classes = CellClasses.Of(plan.Policy.TenantId, plan.Policy.DataType, was, becomes);
        string[] regions = [.. becomes.Regions.Select(region => region.Code).Order(StringComparer.Ordinal)];
        Func<CellClass, Func<CopyKind, string, bool>> Permits(PolicySnapshot snapshot) => CellDifference.Ask(classes, regions, cell =>
        {
            var reading = new Interpreter(snapshot, cell.Cell);
            return (copy, region) => reading.Judge(copy, region).Effect is Effect.Permit;
        });

        var (first, then) = (Permits(was), Permits(becomes));

        var decided = PolicySelection.Select(was, plan.Policy.TenantId ?? "", plan.Policy.DataType ?? "");
        var since = becomes.AsOf > now ? $"From {becomes.AsOf:yyyy-MM-ddTHH:mm:ssZ} on it" : "It";
        var than = decided is null ? "no policy did"
            : decided.Id == plan.Policy.Id ? "the version in force did not"
            : $"{Residency.NameOf(decided)} did not";
        var without = decided is null ? "was permitted" : decided.Id == plan.Policy.Id ? "the version in force permitted it" : $"{Residency.NameOf(decided)} permitted it";
        return
        [
            .. CellDifference.Find(classes, regions, first, then).Select(difference => new PublishingFinding(
                FindingKinds.NewlyPermitted,
                FindingSeverity.Info,
                plan.Place,
                $"{since} permits {Listing.Of(difference.Copies)} in {difference.Where(regions)}{difference.OfWhat(classes)}, where {than}.") { Regions = difference.Regions, Copies = difference.Copies }),
            .. CellDifference.Find(classes, regions, then, first).Select(difference => new PublishingFinding(
                FindingKinds.Narrowed,
                FindingSeverity.Info,
                plan.Place,
                $"{since} no longer permits {Listing.Of(difference.Copies)} in {difference.Where(regions)}{difference.OfWhat(classes)}, where {without}.") { Regions = difference.Regions, Copies = difference.Copies }),
        ];
    }

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Gaps(PolicySnapshot snapshot, ResidencyPolicy policy)
    {
        var end = (DateTimeOffset?)null;
        var times = snapshot.PoliciesAt(policy.TenantId, policy.DataType)
            .Where(version => version.RetiredAt is null)
            .GroupBy(version => version.Policy.Id)
            .SelectMany(versions => PolicyOverlap.Times(versions.Select(version => version.Policy)))
            .Order();
        foreach (var time in times)
        {
            if (time.From > end)
            {
                yield return (end.Value, time.From);
            }

            end = end is null || time.To > end ? time.To : end;
        }

        if (end < DateTimeOffset.MaxValue)
        {
            yield return (end.Value, DateTimeOffset.MaxValue);
        }
    }

    private static IEnumerable<PolicySnapshot> Moments(PolicySnapshot first, DateTimeOffset? end)
    {
        var moment = first;
        for (var i = 0; i < MaxMoments; i++)
        {
            yield return moment;
            if (moment.NextBoundary(moment.AsOf) is not { } next || next >= end)
            {
                yield break;
            }

            moment = moment.At(next);
        }
    }

    private static bool CanHold(ResidencyPolicy policy, Region region, PolicySnapshot snapshot) =>
        Residency.Refusal(policy, region, CopyKind.Primary, snapshot) is null && Ban(policy, region, CopyKind.Primary, snapshot) is null;

    /// <summary>A fact that keeps all data under a policy, wherever it comes from, out of a region.</summary>
    private static LegalFact? Ban(ResidencyPolicy policy, Region region, CopyKind copy, PolicySnapshot snapshot)
    {
        var everything = new PlacementCell(policy.TenantId ?? "", policy.DataType ?? "", null, null);
        return snapshot.Facts.FirstOrDefault(fact => fact.Concerns(everything, snapshot) && fact.Judge(everything, policy, region, copy, snapshot).Effect is Effect.Forbid);
    }

    private static string[] Left(ResidencyPolicy policy, PlacementCell cell, PolicySnapshot snapshot)
    {
        LegalFact[] facts = [.. snapshot.Facts.Where(fact => fact.Concerns(cell, snapshot))];
        return
        [
            .. snapshot.ActiveRegions
                .Where(region => Residency.Refusal(policy, region, CopyKind.Primary, snapshot) is null
                    && facts.All(fact => fact.Judge(cell, policy, region, CopyKind.Primary, snapshot).Effect is Effect.None))
                .Select(region => region.Code)
                .Take(2),
        ];
    }

    // Ids of policies that have none yet are counted up from 1.
    private static bool IsPlanned(Guid id) => id.ToString().EndsWith("-0000-0000-0000-000000000000", StringComparison.Ordinal);

    private static string Where(PlannedPolicy plan) => $"{plan.Place}/parameters";
}
