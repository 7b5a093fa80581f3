using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>Where a primary may go when its region is lost, by code. Nowhere means hold: data never spills over.</summary>
public static class Failover
{
    /// <summary>What policies and facts together leave to one cell.</summary>
    public static IReadOnlyList<Region> Targets(ICellVerdicts cell, string primary) =>
        [.. cell.Permitted(CopyKind.Primary).Where(region => region.Code != primary)];

    /// <summary>What one policy leaves, whatever facts say about the data under it.</summary>
    public static IReadOnlyList<Region> Targets(ResidencyPolicy policy, string primary, PolicySnapshot snapshot) =>
        [.. snapshot.ActiveRegions.Where(region => region.Code != primary && Residency.Refusal(policy, region, CopyKind.Primary, snapshot) is null)];
}
