using System.Security.Cryptography;
using System.Text.Json;
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

    /// <summary>What a decision about this content names as its input: SHA-256 of a canonical form, as PolicyService computes it.</summary>
    internal string Hash(string tenantId)
    {
        using var canonical = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(canonical))
        {
            json.WriteStartArray();
            foreach (var text in new[] { tenantId, DataId, DataType, Classification, OriginCountry, PrimaryRegion })
            {
                json.WriteStringValue(text);
            }

            foreach (var regions in new[] { ReplicaRegions, BackupRegions })
            {
                json.WriteStartArray();
                foreach (var region in regions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                {
                    json.WriteStringValue(region);
                }

                json.WriteEndArray();
            }

            if (MinimumEpoch is { } epoch)
            {
                json.WriteNumberValue(epoch);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(canonical.GetBuffer().AsSpan(0, (int)canonical.Length)));
    }
}
