using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Regions;

namespace Sovereignty.Evaluation;

/// <summary>The regions that providers have, all of them active: the registry to reckon with where no platform is at hand.</summary>
public static class RegionCatalogue
{
    private const string Resource = "Sovereignty.Evaluation.Data.aws-regions.json";

    public static IReadOnlyList<Region> Regions { get; } = Read();

    private static Region[] Read()
    {
        using var stream = typeof(RegionCatalogue).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not embedded.");
        return
        [
            .. JsonSerializer.Deserialize<CatalogueFile>(stream, ContractJson.Options)!.Regions
                .Where(entry => !PseudoRegions.Contains(entry.Code))
                .Select(entry => new Region
                {
                    Code = entry.Code,
                    Provider = entry.Provider,
                    Partition = entry.Partition,
                    Country = entry.Country,
                    Place = entry.Place,
                    Operator = entry.Operator,
                    OperatorJurisdictions = entry.OperatorJurisdictions,
                    State = RegionState.Active,
                    Version = 1,
                }),
        ];
    }

    private sealed record CatalogueFile(IReadOnlyList<Entry> Regions);

    private sealed record Entry(string Code, string Provider, string Partition, string Country, string? Place, string Operator, IReadOnlyList<string> OperatorJurisdictions);
}
