using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.PolicyService.Evaluation;

/// <summary>The five modes as the matrix of where a primary, a replica and a backup may be.</summary>
internal static class Residency
{
    /// <summary>Whether a policy says yes to a copy in a region.</summary>
    /// <returns>Null for yes, else the reason code.</returns>
    public static string? Refusal(ResidencyPolicy policy, Region region, CopyKind copy, PolicySnapshot snapshot, DateTimeOffset now)
    {
        var parameters = policy.Parameters;
        return policy.Mode switch
        {
            ResidencyMode.SingleCountry => Outside(copy, unless: region.Country == parameters.Country),
            ResidencyMode.Regional => Outside(copy, unless: IsInside(parameters, region.Country, snapshot, now)),
            ResidencyMode.Hybrid => Outside(copy, unless: Lists(copy is CopyKind.Primary ? parameters.PrimaryRegions : parameters.ReplicaRegions, region)),
            ResidencyMode.FullySovereign when region.Country != parameters.Country => Outside(copy, unless: false),
            ResidencyMode.FullySovereign => region.OperatorJurisdictions.Count > 0 && region.OperatorJurisdictions.All(country => country == parameters.Country)
                ? null
                : ReasonCodes.OperatorNotSovereign,
            ResidencyMode.ClientOwned => Outside(copy, unless: (parameters.Regions ?? []).Any(listed => listed.Code == region.Code && Takes(listed.Use, copy))),
            _ => Outside(copy, unless: false),
        };
    }

    /// <summary>Where a policy keeps a kind of copy, to end a sentence with.</summary>
    public static string Confines(ResidencyPolicy policy, CopyKind copy) => policy.Mode switch
    {
        ResidencyMode.SingleCountry => $"in {policy.Parameters.Country}",
        ResidencyMode.Regional when policy.Parameters.Group is { } group => $"inside {group}",
        ResidencyMode.Regional => $"inside {string.Join(", ", policy.Parameters.Countries ?? [])}",
        ResidencyMode.Hybrid when copy is CopyKind.Primary => $"in {string.Join(", ", policy.Parameters.PrimaryRegions ?? [])}",
        ResidencyMode.Hybrid => $"in {string.Join(", ", policy.Parameters.ReplicaRegions ?? [])}",
        ResidencyMode.FullySovereign => $"in {policy.Parameters.Country}, with an operator bound by the law of {policy.Parameters.Country} alone",
        ResidencyMode.ClientOwned => "in the regions the client lists for it",
        _ => "nowhere",
    };

    private static string? Outside(CopyKind copy, bool unless) => unless ? null : copy switch
    {
        CopyKind.Primary => ReasonCodes.PrimaryOutsideResidency,
        CopyKind.Replica => ReasonCodes.ReplicaOutsideResidency,
        _ => ReasonCodes.BackupOutsideResidency,
    };

    private static bool IsInside(ResidencyParameters parameters, string country, PolicySnapshot snapshot, DateTimeOffset now) =>
        parameters.Group is { } group
            ? snapshot.FindGroup(group)?.Contains(country, now) ?? false
            : (parameters.Countries ?? []).Contains(country, StringComparer.Ordinal);

    private static bool Lists(IReadOnlyList<string>? codes, Region region) => (codes ?? []).Contains(region.Code, StringComparer.Ordinal);

    private static bool Takes(ClientRegionUse use, CopyKind copy) =>
        use is ClientRegionUse.Both || (use is ClientRegionUse.Primary) == (copy is CopyKind.Primary);
}
