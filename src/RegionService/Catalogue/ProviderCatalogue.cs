using System.Collections.Frozen;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Regions;

namespace Sovereignty.RegionService.Catalogue;

/// <summary>The regions that providers really have. A registration must not contradict it.</summary>
internal sealed class ProviderCatalogue
{
    private const string Resource = "Sovereignty.RegionService.Data.aws-regions.json";

    private readonly FrozenDictionary<string, CatalogueRegion> _byCode;
    private readonly FrozenSet<string> _providers;

    internal ProviderCatalogue(IReadOnlyList<CatalogueRegion> regions)
    {
        Regions = regions;
        _byCode = regions.ToFrozenDictionary(region => region.Code, StringComparer.Ordinal);
        _providers = regions.Select(region => region.Provider).ToFrozenSet(StringComparer.Ordinal);
    }

    public IReadOnlyList<CatalogueRegion> Regions { get; }

    public CatalogueRegion? Find(string code) => _byCode.GetValueOrDefault(code);

    public bool Covers(string provider) => _providers.Contains(provider);

    internal static ProviderCatalogue Load()
    {
        using var stream = typeof(ProviderCatalogue).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not embedded.");
        var file = JsonSerializer.Deserialize<CatalogueFile>(stream, ContractJson.Options)!;
        return new([.. file.Regions.Where(region => !PseudoRegions.Contains(region.Code))]);
    }

    private sealed record CatalogueFile(IReadOnlyList<CatalogueRegion> Regions);
}
