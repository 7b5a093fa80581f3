using System.Text.RegularExpressions;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Regions;
using Sovereignty.RegionService.Catalogue;

namespace Sovereignty.RegionService.Registry;

/// <summary>What a region may say of itself.</summary>
internal static partial class RegionRules
{
    internal const int LongestText = 200;
    internal const int LongestReason = 500;
    internal const int MostEndpoints = 20;

    private static readonly string[] ProbeSchemes = ["https", "http", "tcp"];

    internal static Refusal? Check(RegisterRegion asked, ProviderCatalogue catalogue)
    {
        if (PseudoRegions.Contains(asked.Code))
        {
            return Refusal.Unprocessable("region-not-a-place",
                $"'{asked.Code}' is a provider's name for everywhere, not a place. Register the regions that hold the data.");
        }

        return CheckNames(asked)
            ?? CheckDescription(asked.Place, asked.Operator, asked.OperatorJurisdictions, asked.Endpoints)
            ?? CheckCatalogue(asked, catalogue);
    }

    internal static Refusal? Check(ChangeRegion asked, string code, ProviderCatalogue catalogue)
    {
        if (asked.Reason is { Length: > LongestReason })
        {
            return Invalid("reason", $"has {LongestReason} characters at most");
        }

        return CheckDescription(asked.Place, asked.Operator!, asked.OperatorJurisdictions!, asked.Endpoints ?? [])
            ?? (catalogue.Find(code) is { } known ? CheckJurisdictions(known, asked.OperatorJurisdictions!) : null);
    }

    private static Refusal? CheckNames(RegisterRegion asked)
    {
        if (!ProviderPattern().IsMatch(asked.Provider))
        {
            return Invalid("provider", "is lower-case letters, digits and hyphens, for example aws");
        }

        if (!CodePattern().IsMatch(asked.Code))
        {
            return Invalid("code", "is 2 to 63 lower-case letters, digits and hyphens, for example eu-central-1");
        }

        if (!ProviderPattern().IsMatch(asked.Partition))
        {
            return Invalid("partition", "is lower-case letters, digits and hyphens, for example aws-eusc");
        }

        return CountryCodes.Contains(asked.Country) ? null : Invalid("country", "is an ISO 3166-1 alpha-2 code in capitals, for example DE");
    }

    private static Refusal? CheckDescription(string? place, string @operator, IReadOnlyList<string> jurisdictions, IReadOnlyList<Uri> endpoints)
    {
        if (place is { Length: 0 or > LongestText })
        {
            return Invalid("place", $"has 1 to {LongestText} characters, or is left out");
        }

        if (string.IsNullOrWhiteSpace(@operator) || @operator.Length > LongestText)
        {
            return Invalid("operator", $"has 1 to {LongestText} characters");
        }

        if (jurisdictions.Count == 0 || !jurisdictions.All(CountryCodes.Contains) || jurisdictions.Distinct().Count() != jurisdictions.Count)
        {
            return Invalid("operatorJurisdictions", "names each country whose law binds the operator once, as ISO 3166-1 alpha-2 codes in capitals");
        }

        return endpoints.Count <= MostEndpoints && endpoints.All(endpoint => endpoint is { IsAbsoluteUri: true } && ProbeSchemes.Contains(endpoint.Scheme))
            ? null
            : Invalid("endpoints", $"has {MostEndpoints} absolute addresses at most, of {string.Join(", ", ProbeSchemes)}");
    }

    private static Refusal? CheckCatalogue(RegisterRegion asked, ProviderCatalogue catalogue)
    {
        if (catalogue.Find(asked.Code) is not { } known)
        {
            return catalogue.Covers(asked.Provider)
                ? Refusal.Unprocessable("region-unknown-to-provider", $"{asked.Provider} has no region '{asked.Code}'. Check the code.")
                : null;
        }

        var wrong =
            Differs("provider", asked.Provider, known.Provider)
            ?? Differs("country", asked.Country, known.Country)
            ?? Differs("partition", asked.Partition, known.Partition);
        return wrong ?? CheckJurisdictions(known, asked.OperatorJurisdictions);

        Refusal? Differs(string field, string given, string right) =>
            given == right ? null : Contradiction(known, field, given, right);
    }

    private static Refusal? CheckJurisdictions(CatalogueRegion known, IReadOnlyList<string> given) =>
        known.OperatorJurisdictions.ToHashSet().SetEquals(given)
            ? null
            : Contradiction(known, "operatorJurisdictions", string.Join(", ", given), string.Join(", ", known.OperatorJurisdictions));

    private static Refusal Contradiction(CatalogueRegion known, string field, string given, string right) =>
        Refusal.Unprocessable("region-contradicts-catalogue",
            $"The {field} of {known.Code} is {right} by the provider's catalogue, not {given}. Send what the catalogue says.");

    private static Refusal Invalid(string field, string rule) => Refusal.Unprocessable("input-invalid", $"The field {field} {rule}.");

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{1,62}\z")]
    private static partial Regex CodePattern();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z")]
    private static partial Regex ProviderPattern();
}
