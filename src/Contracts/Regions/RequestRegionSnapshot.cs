namespace Sovereignty.Contracts.Regions;

/// <summary>Command to RegionService: publish every region again, for a service whose projection is new or restored.</summary>
public sealed record RequestRegionSnapshot
{
    /// <summary>The service that asks, for example <c>policy-service</c>.</summary>
    public required string RequestedBy { get; init; }
}
