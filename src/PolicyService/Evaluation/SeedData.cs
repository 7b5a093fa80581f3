using System.Text.Json;
using Sovereignty.Contracts;

namespace Sovereignty.PolicyService.Evaluation;

/// <summary>The country groups and legal facts that the service ships with.</summary>
internal static class SeedData
{
    public static IReadOnlyList<CountryGroup> CountryGroups { get; } =
    [
        .. Read<GroupsFile>("country-groups.json").Groups.Select(group => new CountryGroup(
            group.Code,
            [
                .. group.Members.Select(country => new Membership(country)),
                .. (group.Former ?? []).Select(former => new Membership(former.Country, Before: Validity.AfterLast(former.Until))),
            ])),
    ];

    public static IReadOnlyList<LegalFact> LegalFacts { get; } =
    [
        .. Read<FactsFile>("legal-facts.json").Facts.Select(fact => new LegalFact
        {
            Id = fact.Id,
            Kind = fact.Kind,
            Country = fact.Country,
            From = fact.From,
            To = fact.To,
            Destinations = fact.Destinations ?? [],
            Scope = fact.Scope,
            CertifiedOnly = fact.CertifiedOnly ?? false,
            DataTypes = fact.DataTypes ?? [],
            Instrument = fact.Instrument,
            ValidFrom = Validity.StartOf(fact.ValidFrom),
            ValidBefore = fact.ValidUntil is { } last ? Validity.AfterLast(last) : null,
            Effect = fact.Effect ?? LegalEffect.None,
        }),
    ];

    private static T Read<T>(string file)
    {
        using var stream = typeof(SeedData).Assembly.GetManifestResourceStream($"Sovereignty.PolicyService.Data.{file}")
            ?? throw new InvalidOperationException($"The embedded data file {file} is missing.");
        return JsonSerializer.Deserialize<T>(stream, ContractJson.Options)!;
    }

    private sealed record GroupsFile(IReadOnlyList<GroupRow> Groups);

    private sealed record GroupRow(string Code, IReadOnlyList<string> Members, IReadOnlyList<FormerMember>? Former);

    private sealed record FormerMember(string Country, DateOnly Until);

    private sealed record FactsFile(IReadOnlyList<FactRow> Facts);

    private sealed record FactRow(
        string Id,
        string Kind,
        string? Country,
        string? From,
        string? To,
        IReadOnlyList<string>? Destinations,
        string? Scope,
        bool? CertifiedOnly,
        IReadOnlyList<string>? DataTypes,
        string Instrument,
        DateOnly ValidFrom,
        DateOnly? ValidUntil,
        LegalEffect? Effect);
}
