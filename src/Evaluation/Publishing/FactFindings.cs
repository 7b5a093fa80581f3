using System.Globalization;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>What changed facts leave open, and what laws would newly permit or forbid, whatever policies say.</summary>
internal static class FactFindings
{
    public static IEnumerable<PublishingFinding> Check(IReadOnlyList<FactCandidate> candidates, PolicySnapshot before, PolicySnapshot after, DateTimeOffset now)
    {
        var changed = candidates
            .Select(candidate => (Candidate: candidate, Old: before.Facts.FirstOrDefault(fact => fact.Id == candidate.Fact.Id)))
            .Where(change => change.Old is null || !PublishingChecks.Same(change.Old, change.Candidate.Fact))
            .ToArray();
        return
        [
            .. candidates.SelectMany(candidate => CheckCountry(candidate, after)),
            .. Compare([.. changed.Select(change => change.Candidate)], [.. changed.Select(change => change.Old).OfType<LegalFact>()], before, after, now),
        ];
    }

    private static IEnumerable<PublishingFinding> CheckCountry(FactCandidate candidate, PolicySnapshot after)
    {
        var fact = candidate.Fact;
        if (fact.Effect is not (LegalEffect.PrimaryInCountry or LegalEffect.EveryCopyInCountry))
        {
            return [];
        }

        string[] inside = [.. after.ActiveRegions.Where(region => region.Country == fact.Country).Select(region => region.Code)];
        return inside switch
        {
            [] => [new(FindingKinds.Impossible, FindingSeverity.Warn, $"{candidate.Place}/country", $"No active region lies in {fact.Country}: the data it keeps there can have no primary until one is registered.")],
            [var only] => [new(FindingKinds.NoFailover, FindingSeverity.Warn, $"{candidate.Place}/country", $"{only} is the only active region in {fact.Country}: if it is lost, the data it keeps there has nowhere to fail over to and holds.") { Regions = [only] }],
            _ => [],
        };
    }

    private static IEnumerable<PublishingFinding> Compare(FactCandidate[] changed, LegalFact[] old, PolicySnapshot before, PolicySnapshot after, DateTimeOffset now)
    {
        if (changed is [])
        {
            yield break;
        }

        var told = new HashSet<string>(StringComparer.Ordinal);
        DateTimeOffset[] moments =
        [
            .. changed.Select(candidate => candidate.Fact).Concat(old).SelectMany(Boundaries).Where(moment => moment > now).Append(now).Distinct().Order(),
        ];
        (before, after) = (WithoutPolicies(before), WithoutPolicies(after));
        foreach (var moment in moments)
        {
            var (was, becomes) = (before.At(moment), after.At(moment));
            var classes = CellClasses.Of(null, null, was, becomes);
            string[] regions = [.. becomes.Regions.Select(region => region.Code).Order(StringComparer.Ordinal)];
            var since = moment > now ? $"From {moment:yyyy-MM-ddTHH:mm:ssZ} on" : "From now on";
            Func<CellClass, Func<CopyKind, string, bool>> Silent(PolicySnapshot snapshot, Effect refusal) => CellDifference.Ask(classes, regions, cell => IsSilent(snapshot, cell, refusal));

            var (forbade, forbids) = (Silent(was, Effect.Forbid), Silent(becomes, Effect.Forbid));
            var (asked, asks) = (Silent(was, Effect.Unknown), Silent(becomes, Effect.Unknown));
            (string Kind, Func<CellClass, Func<CopyKind, string, bool>> First, Func<CellClass, Func<CopyKind, string, bool>> Second, string Says)[] questions =
            [
                (FindingKinds.NewlyPermitted, forbade, forbids, "no law forbids {0} in {1}; where a policy permits it, it may be there"),
                (FindingKinds.NewlyPermitted, asked, asks, "no law asks for adequacy or a mechanism for {0} in {1}; where a policy permits it, it may be there"),
                (FindingKinds.Narrowed, forbids, forbade, "law forbids {0} in {1}, whatever a policy permits"),
                (FindingKinds.Narrowed, asks, asked, "law asks for adequacy or a mechanism that the policy declares for {0} in {1}"),
            ];
            foreach (var (kind, first, second, says) in questions)
            {
                foreach (var difference in CellDifference.Find(classes, regions, first, second))
                {
                    var what = string.Format(CultureInfo.InvariantCulture, says, $"{Listing.Of(difference.Copies)}{difference.OfWhat(classes)}", difference.Where(regions));

                    // What still holds at a later boundary was told at the first.
                    if (told.Add(what))
                    {
                        yield return new(kind, FindingSeverity.Info, Cause(difference, changed, old, becomes)?.Place ?? changed[0].Place, $"{since}, {what}.")
                        {
                            Regions = difference.Regions,
                            Copies = difference.Copies,
                        };
                    }
                }
            }
        }
    }

    /// <summary>What laws say of themselves, and the moments they change at, are the same without any policy, and there may be thousands.</summary>
    public static PolicySnapshot WithoutPolicies(PolicySnapshot snapshot) => new(snapshot.Epoch, snapshot.AsOf, [], snapshot.Regions, snapshot.Facts, snapshot.Rules);

    private static Func<CopyKind, string, bool> IsSilent(PolicySnapshot snapshot, CellClass cell, Effect refusal)
    {
        LegalFact[] facts = [.. snapshot.Facts.Where(fact => fact.Concerns(cell.Cell, snapshot))];
        return (copy, code) => facts.All(fact => fact.Judge(cell.Cell, policy: null, snapshot.FindRegion(code)!, copy, snapshot).Effect != refusal);
    }

    private static FactCandidate? Cause(CellDifference difference, FactCandidate[] changed, LegalFact[] old, PolicySnapshot snapshot)
    {
        var (cell, region) = (difference.Cells[0].Cell, snapshot.FindRegion(difference.Regions[0])!);
        bool Speaks(LegalFact fact) => fact.Kind is LegalFactKinds.Adequacy
            ? fact.To == region.Country && cell.OriginCountry is { } origin && fact.BeginsIn(origin, snapshot)
            : IsAbout(fact, cell, region, difference.Copies, snapshot);

        return changed.FirstOrDefault(candidate => Speaks(candidate.Fact) || old.Any(fact => fact.Id == candidate.Fact.Id && Speaks(fact)))
            ?? changed.FirstOrDefault(candidate => candidate.Fact.Kind is LegalFactKinds.CountryGroup);
    }

    // Its days do not matter here: a change of them is what is told.
    private static bool IsAbout(LegalFact fact, PlacementCell cell, Region region, IReadOnlyList<CopyKind> copies, PolicySnapshot snapshot)
    {
        var always = fact with { ValidFrom = null, ValidUntil = null };
        return always.Concerns(cell, snapshot) && copies.Any(copy => always.Judge(cell, policy: null, region, copy, snapshot).Effect is not Effect.None);
    }

    private static IEnumerable<DateTimeOffset> Boundaries(LegalFact fact) =>
        new[] { (fact.ValidFrom, fact.ValidUntil) }.Concat(fact.Members.Select(member => (member.From, member.Until)))
            .SelectMany(days => new[] { days.Item1 is { } from ? Validity.StartOf(from) : (DateTimeOffset?)null, days.Item2 is { } until ? Validity.AfterLast(until) : null })
            .OfType<DateTimeOffset>();
}
