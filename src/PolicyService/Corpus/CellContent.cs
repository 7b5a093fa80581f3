using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Evaluation;

namespace Sovereignty.PolicyService.Corpus;

/// <summary>What makes a cell, as it is stored: the placement without data id, at the level that the data has now.</summary>
internal sealed record CellContent
{
    public required string TenantId { get; init; }

    public required string DataType { get; init; }

    public required ClassificationLevel Classification { get; init; }

    public string? OriginCountry { get; init; }

    public required string PrimaryRegion { get; init; }

    public required IReadOnlyList<string> ReplicaRegions { get; init; }

    public required IReadOnlyList<string> BackupRegions { get; init; }

    public static string Write(Placement placement) => JsonSerializer.Serialize(
        new CellContent
        {
            TenantId = placement.TenantId,
            DataType = placement.DataType,
            Classification = ClassificationLevels.Find(placement.Classification)!.Value,
            OriginCountry = placement.OriginCountry,
            PrimaryRegion = placement.PrimaryRegion,
            ReplicaRegions = placement.ReplicaRegions,
            BackupRegions = placement.BackupRegions,
        },
        ContractJson.Options);

    public static Placement Read(string json)
    {
        var content = JsonSerializer.Deserialize<CellContent>(json, ContractJson.Options)!;
        return new()
        {
            TenantId = content.TenantId,
            DataId = "",
            DataType = content.DataType,
            Classification = ContractJson.NameOf(content.Classification),
            OriginCountry = content.OriginCountry,
            PrimaryRegion = content.PrimaryRegion,
            ReplicaRegions = content.ReplicaRegions,
            BackupRegions = content.BackupRegions,
        };
    }
}
