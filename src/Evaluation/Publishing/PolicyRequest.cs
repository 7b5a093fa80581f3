using System.Text.Json.Serialization;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>A residency policy to publish. No tenant means the platform's own, no data type means all.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PolicyRequest
{
    public string? TenantId { get; init; }

    public string? DataType { get; init; }

    public required ResidencyMode? Mode { get; init; }

    public required ParametersRequest? Parameters { get; init; }

    public required DateTimeOffset? ValidFrom { get; init; }

    public DateTimeOffset? ValidTo { get; init; }
}

/// <summary>The parameters of a mode; those of other modes stay out.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ParametersRequest
{
    public string? Country { get; init; }

    public string? Group { get; init; }

    public IReadOnlyList<string>? Countries { get; init; }

    public IReadOnlyList<string>? PrimaryRegions { get; init; }

    public IReadOnlyList<string>? ReplicaRegions { get; init; }

    public IReadOnlyList<ClientRegion>? Regions { get; init; }

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
