namespace Sovereignty.Contracts.Data;

/// <summary>
/// A platform service is about to store data and says where every copy would live. PolicyService answers with
/// <see cref="DataAdmitted"/> or <see cref="DataRejected"/>; until then nothing may be stored.
/// The same <see cref="DataId"/> with the same content gets the first answer again, with other content it is rejected
/// (<see cref="ReasonCodes.DataIdReused"/>).
/// </summary>
public sealed record DataCreated : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The publisher's id of the data, unique within the tenant; 1 to 200 characters.</summary>
    public required string DataId { get; init; }

    /// <summary>The kind of data as policies name it, for example <c>payment</c>; 1 to 100 characters.</summary>
    public required string DataType { get; init; }

    /// <summary>One of <see cref="ClassificationLevels"/>. Anything else, and nothing, is rejected.</summary>
    public string? Classification { get; init; }

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
