using Sovereignty.Contracts.Access;

namespace Sovereignty.Contracts.Residency;

/// <summary>How a policy confines data.</summary>
public enum ResidencyMode
{
    /// <summary>Every copy in one country.</summary>
    SingleCountry,

    /// <summary>Every copy inside a group of countries.</summary>
    Regional,

    /// <summary>The primary in one set of regions, read-only copies in another.</summary>
    Hybrid,

    /// <summary>One country, and only regions whose operator is bound by that country's law alone.</summary>
    FullySovereign,

    /// <summary>The regions that the client lists.</summary>
    ClientOwned,
}

/// <summary>What a listed region may hold, in client-owned mode.</summary>
public enum ClientRegionUse
{
    /// <summary>The primary copy only.</summary>
    Primary,

    /// <summary>Replicas and backups only.</summary>
    Copy,

    /// <summary>Every copy.</summary>
    Both,
}

/// <summary>Parameters of a residency mode; which are needed depends on the mode, the others stay null.</summary>
public sealed record ResidencyParameters
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
}

/// <summary>A region on a client's list.</summary>
public sealed record ClientRegion
{
    /// <summary>The region's code.</summary>
    public required string Code { get; init; }

    /// <summary>What it may hold.</summary>
    public required ClientRegionUse Use { get; init; }
}

/// <summary>A transfer mechanism and the countries it covers.</summary>
public sealed record DeclaredMechanism
{
    /// <summary>The kind of instrument.</summary>
    public required TransferMechanismKind Kind { get; init; }

    /// <summary>Where it can be found, for example the number of the contract or certificate; 1 to 200 characters.</summary>
    public required string Reference { get; init; }

    /// <summary>The countries where the recipients it covers are, ISO 3166-1 alpha-2; at least one.</summary>
    public required IReadOnlyList<string> Countries { get; init; }

    /// <summary>Holds before this moment, in UTC; null for no end.</summary>
    public DateTimeOffset? ValidUntil { get; init; }
}

/// <summary>One published version of a residency policy; never changed afterwards.</summary>
public sealed record ResidencyPolicy
{
    /// <summary>The same for all versions.</summary>
    public required Guid Id { get; init; }

    /// <summary>Rises by one with each version, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The tenant it is for; null for the platform's own.</summary>
    public string? TenantId { get; init; }

    /// <summary>The data type it is for; null for all.</summary>
    public string? DataType { get; init; }

    /// <summary>How it confines data.</summary>
    public required ResidencyMode Mode { get; init; }

    /// <summary>The mode's parameters.</summary>
    public required ResidencyParameters Parameters { get; init; }

    /// <summary>What transfers under this policy rest on where a law asks for a mechanism (GDPR Art. 46, 47, 49).</summary>
    public IReadOnlyList<DeclaredMechanism> Mechanisms { get; init; } = [];

    /// <summary>Applies from this moment.</summary>
    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>Applies before this moment; null for no end.</summary>
    public DateTimeOffset? ValidTo { get; init; }
}
