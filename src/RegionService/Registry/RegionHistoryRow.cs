namespace Sovereignty.RegionService.Registry;

internal sealed class RegionHistoryRow
{
    public required string Code { get; init; }

    public required int Version { get; init; }

    public required string Body { get; init; }

    public string? Reason { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required string Actor { get; init; }
}
