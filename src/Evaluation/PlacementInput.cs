using System.Text.Json.Serialization;
using Sovereignty.Contracts.Data;

namespace Sovereignty.Evaluation;

/// <summary>A placement as it was sent: nothing of it is checked. A field that is not known may be a misspelt one, so it is refused.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PlacementInput
{
    public required string? TenantId { get; init; }

    public required string? DataId { get; init; }

    public required string? DataType { get; init; }

    public string? Classification { get; init; }

    public string? OriginCountry { get; init; }

    public required string? PrimaryRegion { get; init; }

    public IReadOnlyList<string?>? ReplicaRegions { get; init; }

    public IReadOnlyList<string?>? BackupRegions { get; init; }

    public long? MinimumEpoch { get; init; }

    public static PlacementInput From(DataCreated message) => new()
    {
        TenantId = message.TenantId,
        DataId = message.DataId,
        DataType = message.DataType,
        Classification = message.Classification,
        OriginCountry = message.OriginCountry,
        PrimaryRegion = message.PrimaryRegion,
        ReplicaRegions = message.ReplicaRegions,
        BackupRegions = message.BackupRegions,
        MinimumEpoch = message.MinimumEpoch,
    };
}
