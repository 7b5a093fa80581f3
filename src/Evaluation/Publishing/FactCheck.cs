using Sovereignty.Contracts;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>What is wrong with a legal fact that someone wants to record.</summary>
public static class FactCheck
{
    private const int MaxId = 100;
    private const int MaxInstrument = 200;
    private const int MaxItems = 300;

    /// <param name="snapshot">The facts that it will stand among, for the groups that are known.</param>
    public static IReadOnlyList<PublishingFinding> Check(LegalFact fact, PolicySnapshot snapshot, string place = "") =>
    [
        .. CheckText(fact)
            .Concat(CheckCountries(fact, snapshot))
            .Concat(CheckNeeds(fact))
            .Concat(CheckForeign(fact))
            .Concat(CheckDays(fact))
            .Select(fault => new PublishingFinding(FindingKinds.Fault, FindingSeverity.Refuse, $"{place}/{fault.Member}", $"{fault.Message}.")),
    ];

    private static IEnumerable<(string Member, string Message)> CheckText(LegalFact fact)
    {
        if (fact.Id.Length is 0 or > MaxId || !fact.Id.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-'))
        {
            yield return ("id", $"id is none; give 1 to {MaxId} lower-case letters, digits and hyphens");
        }

        if (!LegalFactKinds.All.Contains(fact.Kind))
        {
            yield return ("kind", $"kind is not known; give one of {string.Join(", ", LegalFactKinds.All)}");
        }

        if (string.IsNullOrWhiteSpace(fact.Instrument) || fact.Instrument.Length > MaxInstrument)
        {
            yield return ("instrument", $"instrument is missing or longer than {MaxInstrument} characters; name the law or decision");
        }

        if (!Enum.IsDefined(fact.Effect))
        {
            yield return ("effect", "effect is not known; give one of none, primary-in-country, every-copy-in-country, not-in-destinations, mechanism-required");
        }

        for (var i = 0; i < fact.DataTypes.Count; i++)
        {
            if (Placement.CheckDataType(fact.DataTypes[i]) is { } invalid)
            {
                yield return ($"dataTypes/{i}", invalid.Message.TrimEnd('.'));
            }
        }
    }

    private static IEnumerable<(string Member, string Message)> CheckCountries(LegalFact fact, PolicySnapshot snapshot)
    {
        const string Give = "give an ISO 3166-1 alpha-2 code in capitals, for example DE";
        if (fact.Country is { } country && !CountryCodes.Contains(country) && !(fact.Effect is LegalEffect.None && IsSubdivision(country)))
        {
            yield return ("country", IsSubdivision(country)
                ? $"country is a part of {country[..2]}, which a placement does not know; only a fact whose effect is none may have one"
                : $"country is none; {Give}");
        }

        if (fact.From is { } from && !CountryCodes.Contains(from) && snapshot.Facts.All(other => other.Group != from))
        {
            yield return ("from", $"from is neither a country nor a known group; {Give}, or one of {string.Join(", ", snapshot.Facts.Select(other => other.Group).OfType<string>().Distinct().Order(StringComparer.Ordinal))}");
        }

        if (fact.To is { } to && !CountryCodes.Contains(to))
        {
            yield return ("to", $"to is no country; {Give}");
        }

        for (var i = 0; i < fact.Destinations.Count; i++)
        {
            if (!CountryCodes.Contains(fact.Destinations[i]))
            {
                yield return ($"destinations/{i}", $"destinations[{i}] is no country; {Give}");
            }
        }

        for (var i = 0; i < fact.Members.Count; i++)
        {
            if (!CountryCodes.Contains(fact.Members[i].Country))
            {
                yield return ($"members/{i}/country", $"members[{i}].country is none; {Give}");
            }
        }

        (string Member, int Count)[] lists = [("destinations", fact.Destinations.Count), ("dataTypes", fact.DataTypes.Count), ("members", fact.Members.Count)];
        foreach (var (member, _) in lists.Where(list => list.Count > MaxItems))
        {
            yield return (member, $"{member} has more than {MaxItems} items; name fewer");
        }
    }

    private static IEnumerable<(string Member, string Message)> CheckNeeds(LegalFact fact)
    {
        (string Member, bool Given, bool Needed, string Why)[] needs =
        [
            ("from", fact.From is not null, fact.Kind is LegalFactKinds.Adequacy or LegalFactKinds.TransferMechanism || fact.Effect is LegalEffect.MechanismRequired, "say where the transfers begin: a country or a group"),
            ("to", fact.To is not null, fact.Kind is LegalFactKinds.Adequacy, "say which country the decision is about"),
            ("country", fact.Country is not null, fact.Kind is LegalFactKinds.Localisation || fact.Effect is LegalEffect.PrimaryInCountry or LegalEffect.EveryCopyInCountry, "say which country the data stays in"),
            ("destinations", fact.Destinations.Count > 0, fact.Kind is LegalFactKinds.TransferBan || fact.Effect is LegalEffect.NotInDestinations, "name the countries the data must not reach"),
            ("group", !string.IsNullOrWhiteSpace(fact.Group), fact.Kind is LegalFactKinds.CountryGroup, "give the group's code, for example EEA"),
            ("members", fact.Members.Count > 0, fact.Kind is LegalFactKinds.CountryGroup, "name the group's countries"),
        ];
        return needs.Where(need => need.Needed && !need.Given).Select(need => (need.Member, $"{need.Member} is missing; {need.Why}"));
    }

    private static IEnumerable<(string Member, string Message)> CheckForeign(LegalFact fact)
    {
        if (!LegalFactKinds.All.Contains(fact.Kind))
        {
            return [];
        }

        (string Member, bool Given, bool Belongs, string Owner)[] given =
        [
            ("to", fact.To is not null, fact.Kind is LegalFactKinds.Adequacy, LegalFactKinds.Adequacy),
            ("certifiedOnly", fact.CertifiedOnly, fact.Kind is LegalFactKinds.Adequacy, LegalFactKinds.Adequacy),
            ("group", fact.Group is not null, fact.Kind is LegalFactKinds.CountryGroup, LegalFactKinds.CountryGroup),
            ("members", fact.Members.Count > 0, fact.Kind is LegalFactKinds.CountryGroup, LegalFactKinds.CountryGroup),
            ("effect", fact.Effect is not LegalEffect.None, fact.Kind is not (LegalFactKinds.CountryGroup or LegalFactKinds.Adequacy or LegalFactKinds.NoLocationRule), "another kind"),
        ];
        return given.Where(member => member.Given && !member.Belongs)
            .Select(member => (member.Member, $"{member.Member} does not belong to kind {fact.Kind} but to {member.Owner}; leave it out"));
    }

    private static IEnumerable<(string Member, string Message)> CheckDays(LegalFact fact)
    {
        if (fact.ValidUntil < fact.ValidFrom)
        {
            yield return ("validUntil", "validUntil, the last day of force, is before validFrom, the first; give a later day or leave it out");
        }

        for (var i = 0; i < fact.Members.Count; i++)
        {
            if (fact.Members[i].Until < fact.Members[i].From)
            {
                yield return ($"members/{i}/until", $"members[{i}].until, the last day, is before from, the first; give a later day or leave it out");
            }
        }
    }

    private static bool IsSubdivision(string code) =>
        code.Length is > 3 and <= 6 && code[2] is '-' && CountryCodes.Contains(code[..2]) && code.Skip(3).All(char.IsAsciiLetterOrDigit);
}
