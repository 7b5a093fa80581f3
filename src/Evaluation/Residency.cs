using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>The five modes as the matrix of where a primary, a replica and a backup may be.</summary>
public static class Residency
{
    /// <summary>Whether a policy says yes to a copy in a region.</summary>
    /// <returns>Null for yes, else the reason code.</returns>
    public static string? Refusal(ResidencyPolicy policy, Region region, CopyKind copy, PolicySnapshot snapshot)
    {
        var parameters = policy.Parameters;
        return policy.Mode switch
        {
            ResidencyMode.SingleCountry => Outside(copy, unless: region.Country == parameters.Country),
            ResidencyMode.Regional => Outside(copy, unless: IsInside(parameters, region.Country, snapshot)),
            ResidencyMode.Hybrid => Outside(copy, unless: Lists(copy is CopyKind.Primary ? parameters.PrimaryRegions : parameters.ReplicaRegions, region)),
            ResidencyMode.FullySovereign when region.Country != parameters.Country => Outside(copy, unless: false),
            ResidencyMode.FullySovereign => IsBoundBy(region, parameters.Country)
                ? null
                : ReasonCodes.OperatorNotSovereign,
            ResidencyMode.ClientOwned => Outside(copy, unless: ListsFor(parameters.Regions, region, copy)),
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

    /// <summary>A policy, inside a sentence.</summary>
    public static string NameOf(ResidencyPolicy policy) => policy switch
    {
        { TenantId: { } tenant, DataType: { } type } => $"the policy of tenant {tenant} for {type} data",
        { TenantId: { } tenant } => $"the policy of tenant {tenant}",
        { DataType: { } type } => $"the platform's policy for {type} data",
        _ => "the platform's default policy",
    };

    /// <summary>Whether a policy would let a region hold a copy of any kind.</summary>
    public static bool HasInside(ResidencyPolicy policy, Region region, PolicySnapshot snapshot) =>
        Enum.GetValues<CopyKind>().Any(copy => Refusal(policy, region, copy, snapshot) is null);

    /// <summary>Whether a person in a country is inside: for modes that list regions, where one of these lies.</summary>
    public static bool HasInside(ResidencyPolicy policy, string country, PolicySnapshot snapshot) => policy.Mode switch
    {
        ResidencyMode.SingleCountry or ResidencyMode.FullySovereign => country == policy.Parameters.Country,
        ResidencyMode.Regional => IsInside(policy.Parameters, country, snapshot),
        _ => snapshot.Regions.Any(region => region.Country == country && HasInside(policy, region, snapshot)),
    };

    /// <summary>Whether a policy lets people see the data from outside, by grant.</summary>
    public static bool AllowsViewFromOutside(ResidencyPolicy policy) => policy.Mode switch
    {
        ResidencyMode.FullySovereign => false,
        ResidencyMode.ClientOwned => policy.Parameters.ViewFromOutside is true,
        _ => true,
    };

    private static string? Outside(CopyKind copy, bool unless) => unless ? null : copy switch
    {
        CopyKind.Primary => ReasonCodes.PrimaryOutsideResidency,
        CopyKind.Replica => ReasonCodes.ReplicaOutsideResidency,
        _ => ReasonCodes.BackupOutsideResidency,
    };

    private static bool IsInside(ResidencyParameters parameters, string country, PolicySnapshot snapshot) =>
        parameters.Group is { } group
            ? snapshot.FindGroup(group)?.Contains(country, snapshot.AsOf) ?? false
            : (parameters.Countries ?? []).Contains(country, StringComparer.Ordinal);

    private static bool Lists(IReadOnlyList<string>? codes, Region region) => (codes ?? []).Contains(region.Code, StringComparer.Ordinal);

    private static bool ListsFor(IReadOnlyList<ClientRegion>? listed, Region region, CopyKind copy) =>
        (listed ?? []).Any(entry => entry.Code == region.Code && Takes(entry.Use, copy));

    private static bool IsBoundBy(Region region, string? country) =>
        region.OperatorJurisdictions.Count > 0 && region.OperatorJurisdictions.All(law => law == country);

    private static bool Takes(ClientRegionUse use, CopyKind copy) =>
        use is ClientRegionUse.Both || (use is ClientRegionUse.Primary) == (copy is CopyKind.Primary);
}
