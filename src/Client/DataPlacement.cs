using Sovereignty.Contracts.Data;

namespace Sovereignty.Client;

/// <summary>Data that is about to be stored, and where every copy would live: what a <see cref="DataCreated"/> says.</summary>
public sealed record DataPlacement
{
    /// <summary>This service's id of the data, unique within the tenant; 1 to 200 characters.</summary>
    public required string DataId { get; init; }

    /// <summary>The kind of data as policies name it, for example <c>customer-profile</c>; 1 to 100 characters.</summary>
    public required string DataType { get; init; }

    /// <summary>One of <see cref="ClassificationLevels"/>.</summary>
    public required string Classification { get; init; }

    /// <summary>Country of the data subjects, ISO 3166-1 alpha-2; null where unknown or without subjects.</summary>
    public string? OriginCountry { get; init; }

    /// <summary>The code of the region that takes writes.</summary>
    public required string PrimaryRegion { get; init; }

    /// <summary>Codes of the regions with readable copies.</summary>
    public IReadOnlyList<string> ReplicaRegions { get; init; } = [];

    /// <summary>Codes of the regions with backups.</summary>
    public IReadOnlyList<string> BackupRegions { get; init; } = [];

    /// <summary>The lowest policy epoch that may decide; null for whichever is active.</summary>
    public long? MinimumEpoch { get; init; }
}
