using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>What is wrong with a legal fact that someone wants to record.</summary>
public static class FactCheck
{
    private const string FactInvalid = "fact-invalid";
    private const int MaxItems = 300;

    public static PolicyFault? Check(string id, LegalFact fact, PolicySnapshot snapshot) =>
        CheckId(id, fact) ?? CheckKind(fact) ?? CheckDays(fact) ?? CheckCountries(fact) ?? CheckNeeds(fact, snapshot);

    private static PolicyFault? CheckId(string id, LegalFact fact)
    {
        if (fact.Id != id)
        {
            return new(ReasonCodes.InputInvalid, "id", "id is another than that of the address; send the same.");
        }

        return id is { Length: > 0 and <= 100 } && id.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-')
            ? null
            : Fault("id", "has other characters than lower-case letters, digits and hyphens, or more than 100");
    }

    private static PolicyFault? CheckKind(LegalFact fact) =>
        !LegalFactKinds.All.Contains(fact.Kind) ? Fault("kind", $"is none of {string.Join(", ", LegalFactKinds.All)}")
        : string.IsNullOrWhiteSpace(fact.Instrument) || fact.Instrument.Length > 200 ? Fault("instrument", "is missing or longer than 200 characters; name the law or decision")
        : null;

    private static PolicyFault? CheckDays(LegalFact fact)
    {
        if (fact.ValidUntil < fact.ValidFrom)
        {
            return Fault("validUntil", "is before validFrom; give the last day of force, or leave it out");
        }

        for (var i = 0; i < fact.Members.Count; i++)
        {
            if (fact.Members[i].Until < fact.Members[i].From)
            {
                return Fault($"members[{i}].until", "is before from; give the last day of membership, or leave it out");
            }
        }

        return null;
    }

    private static PolicyFault? CheckCountries(LegalFact fact)
    {
        (string Field, string? Country)[] countries =
        [
            ("to", fact.To),
            .. fact.Destinations.Select((country, i) => ($"destinations[{i}]", country)),
            .. fact.Members.Select((member, i) => ($"members[{i}].country", member.Country)),
        ];
        if (countries.Length > 3 * MaxItems || fact.DataTypes.Count > MaxItems)
        {
            return Fault("destinations", $"members and dataTypes have more than {MaxItems} items; name fewer");
        }

        return countries.FirstOrDefault(named => named.Country is not null && !CountryCodes.Contains(named.Country)) is { Field: not null } unknown
            ? Fault(unknown.Field, "is no country; give an ISO 3166-1 alpha-2 code in capitals, for example DE")
            : null;
    }

    private static PolicyFault? CheckNeeds(LegalFact fact, PolicySnapshot snapshot)
    {
        if (fact.From is { } from && !CountryCodes.Contains(from) && snapshot.FindGroup(from) is null)
        {
            return Fault("from", "is neither a country nor a known group; record the group first or name another");
        }

        return fact switch
        {
            { Effect: LegalEffect.PrimaryInCountry or LegalEffect.EveryCopyInCountry, Country: null } => Fault("country", "is missing; name the country that keeps the data"),
            { Effect: LegalEffect.NotInDestinations, Destinations: [] } => Fault("destinations", "is empty; name the countries that the data must not reach"),
            { Effect: LegalEffect.MechanismRequired, From: null } => Fault("from", "is missing; name the country or group that the transfer leaves"),
            { Kind: LegalFactKinds.Adequacy, From: null } => Fault("from", "is missing; name the country or group that the transfer leaves"),
            { Kind: LegalFactKinds.Adequacy, To: null } => Fault("to", "is missing; name the country that the decision is about"),
            { Kind: LegalFactKinds.CountryGroup, Group: null or "" } => Fault("group", "is missing; give the group's code"),
            { Kind: LegalFactKinds.CountryGroup, Members: [] } => Fault("members", "is empty; name the group's countries"),
            { Kind: not LegalFactKinds.CountryGroup, Group: not null } => Fault("group", "belongs to facts of kind country-group alone; leave it out"),
            _ => null,
        };
    }

    private static PolicyFault Fault(string field, string fault) => new(FactInvalid, field, $"{field} {fault}.");
}
