namespace Sovereignty.RegionService.Catalogue;

/// <summary>A region as its provider describes it.</summary>
internal sealed record CatalogueRegion
{
    public required string Code { get; init; }

    public required string Provider { get; init; }

    public required string Partition { get; init; }

    public required string Country { get; init; }

    public required string Place { get; init; }

    public required string Operator { get; init; }

    public required IReadOnlyList<string> OperatorJurisdictions { get; init; }
}
