using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>What a legal fact says to a placement, read plainly.</summary>
public static class LegalFacts
{
    public static bool IsInForce(this LegalFact fact, DateTimeOffset now) => Validity.Holds(fact.ValidFrom, fact.ValidUntil, now);

    /// <summary>The moment before which it is in force; null for no end.</summary>
    public static DateTimeOffset? EndsAt(this LegalFact fact) => fact.ValidUntil is { } last ? Validity.AfterLast(last) : null;

    /// <summary>Whether it decides anything about data of an origin, type and level. A fact of no origin concerns every origin.</summary>
    public static bool Concerns(this LegalFact fact, PlacementCell cell, PolicySnapshot snapshot) =>
        fact.Effect is not LegalEffect.None
        && (fact.DataTypes.Count == 0 || fact.DataTypes.Contains(cell.DataType, StringComparer.Ordinal))
        && (fact.Levels.Count == 0 || (cell.Level is { } level && fact.Levels.Contains(level)))
        && fact.IsInForce(snapshot.AsOf)
        && fact.IsOf(cell.OriginCountry, snapshot);

    /// <summary>Whether a transfer that begins in a country is one that this is about.</summary>
    public static bool BeginsIn(this LegalFact fact, string country, PolicySnapshot snapshot) =>
        fact.From is not null && (fact.From == country || (snapshot.FindGroup(fact.From)?.Contains(country, snapshot.AsOf) ?? false));

    /// <summary>What it says to a copy of data it concerns; nothing where it has nothing against it.</summary>
    public static Verdict Judge(this LegalFact fact, PlacementCell cell, MechanismCover cover, Region region, CopyKind copy, PolicySnapshot snapshot) => fact.Effect switch
    {
        LegalEffect.EveryCopyInCountry when region.Country != fact.Country => new(Effect.Forbid, ReasonCodes.LocalisationRequired, fact),
        LegalEffect.PrimaryInCountry when region.Country != fact.Country && copy is CopyKind.Primary => new(Effect.Forbid, ReasonCodes.LocalisationRequired, fact),
        LegalEffect.NotInDestinations when fact.Destinations.Contains(region.Country, StringComparer.Ordinal) => new(Effect.Forbid, ReasonCodes.TransferBanned, fact),
        LegalEffect.MechanismRequired when !IsCovered(fact, cell.OriginCountry, cover, region.Country, snapshot) => new(Effect.Unknown, ReasonCodes.MechanismMissing, fact),
        _ => Verdict.Nothing,
    };

    /// <summary>The same for data under a policy, with the mechanisms that it declares.</summary>
    public static Verdict Judge(this LegalFact fact, PlacementCell cell, ResidencyPolicy? policy, Region region, CopyKind copy, PolicySnapshot snapshot) =>
        fact.Judge(cell, Cover(policy, region.Country, snapshot), region, copy, snapshot);

    /// <summary>The decisions of adequacy for transfers between two countries, those that end last first.</summary>
    public static IEnumerable<LegalFact> Adequacy(PolicySnapshot snapshot, string from, string to) =>
        snapshot.Facts
            .Where(fact => fact.Kind == LegalFactKinds.Adequacy && fact.To == to && fact.IsInForce(snapshot.AsOf) && fact.BeginsIn(from, snapshot))
            .OrderByDescending(fact => fact.ValidUntil ?? DateOnly.MaxValue);

    /// <summary>What the mechanisms that a policy declares do for copies in a country.</summary>
    public static MechanismCover Cover(ResidencyPolicy? policy, string country, PolicySnapshot snapshot)
    {
        var cover = MechanismCover.None;
        foreach (var mechanism in policy?.Mechanisms ?? [])
        {
            if (mechanism.Countries.Contains(country, StringComparer.Ordinal) && (mechanism.ValidUntil is null || snapshot.AsOf < mechanism.ValidUntil))
            {
                if (mechanism.Kind is not TransferMechanismKind.Certification)
                {
                    return MechanismCover.Any;
                }

                cover = MechanismCover.Certified;
            }
        }

        return cover;
    }

    private static bool IsOf(this LegalFact fact, string? origin, PolicySnapshot snapshot) =>
        fact is { Country: null, From: null }
        || (origin is not null && (fact.Country == origin || fact.BeginsIn(origin, snapshot)));

    private static bool IsCovered(LegalFact condition, string? origin, MechanismCover cover, string destination, PolicySnapshot snapshot)
    {
        if (origin is null || condition.BeginsIn(destination, snapshot) || cover is MechanismCover.Any)
        {
            return true;
        }

        return Adequacy(snapshot, origin, destination).Any(decision => !decision.CertifiedOnly || cover is MechanismCover.Certified);
    }
}
