using System.Text.Json.Serialization;
using Sovereignty.Contracts.Data;

namespace Sovereignty.Evaluation;

/// <summary>A placement as it was sent: nothing of it is checked. A field that is not known may be a misspelt one, so it is refused.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PlacementInput
{
    /// <summary>Whose data it is.</summary>
    public required string? TenantId { get; init; }

    /// <summary>The data.</summary>
    public required string? DataId { get; init; }

    /// <summary>The kind of data, for example <c>payment</c>.</summary>
    public required string? DataType { get; init; }

    /// <summary>One of <see cref="ClassificationLevels"/>.</summary>
    public string? Classification { get; init; }

    /// <summary>The country of the data subjects, ISO 3166-1 alpha-2.</summary>
    public string? OriginCountry { get; init; }

    /// <summary>The region of the primary copy.</summary>
    public required string? PrimaryRegion { get; init; }

    /// <summary>The regions of replicas.</summary>
    public IReadOnlyList<string?>? ReplicaRegions { get; init; }

    /// <summary>The regions of backups.</summary>
    public IReadOnlyList<string?>? BackupRegions { get; init; }

    /// <summary>The policy epoch that must have been reached.</summary>
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
