using Sovereignty.Contracts.Regions;

namespace Sovereignty.RegionService.Registry;

/// <summary>What may change of a region. What is left out stays as it is.</summary>
internal sealed record ChangeRegion
{
    public string? Place { get; init; }

    public string? Operator { get; init; }

    public IReadOnlyList<string>? OperatorJurisdictions { get; init; }

    public IReadOnlyList<Uri>? Endpoints { get; init; }

    public RegionState? State { get; init; }

    public string? Reason { get; init; }

    internal ChangeRegion Over(RegionRow row) => this with
    {
        Place = Place ?? row.Place,
        Operator = Operator ?? row.Operator,
        OperatorJurisdictions = OperatorJurisdictions ?? row.OperatorJurisdictions,
        Endpoints = Endpoints ?? [.. row.Endpoints.Select(endpoint => new Uri(endpoint))],
    };
}
