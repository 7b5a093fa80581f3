namespace Sovereignty.RegionService.Registry;

internal sealed record RegisterRegion
{
    public required string Code { get; init; }

    public required string Provider { get; init; }

    public required string Partition { get; init; }

    public required string Country { get; init; }

    public string? Place { get; init; }

    public required string Operator { get; init; }

    public required IReadOnlyList<string> OperatorJurisdictions { get; init; }

    public IReadOnlyList<Uri> Endpoints { get; init; } = [];
}
