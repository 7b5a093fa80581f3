using System.Text.Json.Serialization;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>A residency policy to publish. No tenant means the platform's own, no data type means all.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PolicyRequest
{
    /// <summary>The tenant it is for; left out for the platform's own.</summary>
    public string? TenantId { get; init; }

    /// <summary>The data type it is for; left out for all.</summary>
    public string? DataType { get; init; }

    /// <summary>How it confines data.</summary>
    public required ResidencyMode? Mode { get; init; }

    /// <summary>The mode's parameters.</summary>
    public required ParametersRequest? Parameters { get; init; }

    /// <summary>What transfers under the policy rest on where a law asks for a mechanism (GDPR Art. 46, 47, 49).</summary>
    public IReadOnlyList<MechanismRequest?>? Mechanisms { get; init; }

    /// <summary>Applies from this moment.</summary>
    public required DateTimeOffset? ValidFrom { get; init; }

    /// <summary>Applies before this moment; left out for no end.</summary>
    public DateTimeOffset? ValidTo { get; init; }

    public IReadOnlyList<DeclaredMechanism> ToMechanisms() => [.. (Mechanisms ?? []).Select(mechanism => mechanism!.ToMechanism())];

    /// <summary>The version of a policy that this publishes; for a request that <see cref="PolicyCheck"/> has nothing against.</summary>
    public ResidencyPolicy ToPolicy(Guid id, int version) => new()
    {
        Id = id,
        Version = version,
        TenantId = TenantId,
        DataType = DataType,
        Mode = Mode!.Value,
        Parameters = Parameters!.ToParameters(),
        Mechanisms = ToMechanisms(),
        ValidFrom = ValidFrom!.Value.ToUniversalTime(),
        ValidTo = ValidTo?.ToUniversalTime(),
    };
}

/// <summary>A transfer mechanism and the countries it covers.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MechanismRequest
{
    /// <summary>The kind of instrument.</summary>
    public required TransferMechanismKind? Kind { get; init; }

    /// <summary>Where it can be found, for example the number of the contract or certificate; 1 to 200 characters.</summary>
    public required string? Reference { get; init; }

    /// <summary>The countries where the recipients it covers are, ISO 3166-1 alpha-2; at least one.</summary>
    public required IReadOnlyList<string?>? Countries { get; init; }

    /// <summary>Holds before this moment; left out for no end.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    public DeclaredMechanism ToMechanism() => new()
    {
        Kind = Kind!.Value,
        Reference = Reference!,
        Countries = [.. Countries!.Select(country => country!)],
        ValidUntil = ValidUntil?.ToUniversalTime(),
    };
}

/// <summary>The parameters of a mode; those of other modes stay out.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ParametersRequest
{
    /// <summary>single-country, fully-sovereign: ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }

    /// <summary>regional: a country group such as <c>EU</c> or <c>EEA</c>; either this or <see cref="Countries"/>.</summary>
    public string? Group { get; init; }

    /// <summary>regional: countries, ISO 3166-1 alpha-2.</summary>
    public IReadOnlyList<string>? Countries { get; init; }

    /// <summary>hybrid: codes of regions that may hold the primary.</summary>
    public IReadOnlyList<string>? PrimaryRegions { get; init; }

    /// <summary>hybrid: codes of regions that may hold replicas and backups.</summary>
    public IReadOnlyList<string>? ReplicaRegions { get; init; }

    /// <summary>client-owned: the client's regions.</summary>
    public IReadOnlyList<ClientRegion>? Regions { get; init; }

    /// <summary>client-owned: whether the data may be viewed from outside, by grant.</summary>
    public bool? ViewFromOutside { get; init; }

    public ResidencyParameters ToParameters() => new()
    {
        Country = Country,
        Group = Group,
        Countries = Countries,
        PrimaryRegions = PrimaryRegions,
        ReplicaRegions = ReplicaRegions,
        Regions = Regions,
        ViewFromOutside = ViewFromOutside,
    };
}
