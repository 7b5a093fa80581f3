using Sovereignty.Contracts.Regions;

namespace Sovereignty.RegionService.Registry;

/// <summary>What may change of a region: its description, replaced whole, and its state.</summary>
internal sealed record ChangeRegion
{
    public string? Place { get; init; }

    public required string Operator { get; init; }

    public required IReadOnlyList<string> OperatorJurisdictions { get; init; }

    public IReadOnlyList<Uri> Endpoints { get; init; } = [];

    /// <summary>Null: the state stays.</summary>
    public RegionState? State { get; init; }

    public string? Reason { get; init; }
}
