using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;

namespace Sovereignty.Evaluation;

/// <summary>Where every copy of some data is meant to live. Replicas and backups are sets: sorted, without repetition.</summary>
public sealed record Placement
{
    public const int MaxCopies = 50;
    private const int MaxTenantId = 100;
    private const int MaxDataId = 200;

    public required string TenantId { get; init; }

    public required string DataId { get; init; }

    public required string DataType { get; init; }

    public string? Classification { get; init; }

    public string? OriginCountry { get; init; }

    public required string PrimaryRegion { get; init; }

    public IReadOnlyList<string> ReplicaRegions { get; init; } = [];

    public IReadOnlyList<string> BackupRegions { get; init; } = [];

    public long? MinimumEpoch { get; init; }

    /// <summary>Reads an input: either a placement, or the first field that has no valid value.</summary>
    public static (Placement? Placement, InvalidField? Invalid) Read(PlacementInput input)
    {
        var invalid = CheckText("tenantId", input.TenantId, MaxTenantId)
            ?? CheckTenant(input.TenantId!)
            ?? CheckText("dataId", input.DataId, MaxDataId)
            ?? CheckText("dataType", input.DataType, 100)
            ?? CheckOptional("classification", input.Classification, 100)
            ?? CheckCountry(input.OriginCountry)
            ?? CheckText("primaryRegion", input.PrimaryRegion, 100)
            ?? CheckRegions("replicaRegions", input.ReplicaRegions)
            ?? CheckRegions("backupRegions", input.BackupRegions)
            ?? CheckCount(input)
            ?? CheckEpoch(input.MinimumEpoch);

        if (invalid is not null)
        {
            return (null, invalid);
        }

        return (new Placement
        {
            TenantId = input.TenantId!,
            DataId = input.DataId!,
            DataType = input.DataType!,
            Classification = input.Classification,
            OriginCountry = input.OriginCountry,
            PrimaryRegion = input.PrimaryRegion!,
            ReplicaRegions = AsSet(input.ReplicaRegions),
            BackupRegions = AsSet(input.BackupRegions),
            MinimumEpoch = input.MinimumEpoch,
        }, null);
    }

    public static bool IsTenant(string? tenantId) => CheckText("tenantId", tenantId, MaxTenantId) is null && CheckTenant(tenantId!) is null;

    public static bool IsDataId(string? dataId) => CheckText("dataId", dataId, MaxDataId) is null;

    public static InvalidField? CheckDataId(string? dataId) => CheckText("dataId", dataId, MaxDataId);

    public static InvalidField? CheckDataType(string? dataType) => CheckText("dataType", dataType, 100);

    public static InvalidField? CheckTenantId(string? tenantId) => CheckText("tenantId", tenantId, MaxTenantId) ?? CheckTenant(tenantId!);

    public static InvalidField? CheckRegion(string field, string? code) => CheckText(field, code, 100);

    [JsonIgnore]
    public PlacementCell Cell => new(TenantId, DataType, ClassificationLevels.Find(Classification), OriginCountry);

    public IEnumerable<(CopyKind Kind, string Region)> Copies() =>
        [
            (CopyKind.Primary, PrimaryRegion),
            .. ReplicaRegions.Select(region => (CopyKind.Replica, region)),
            .. BackupRegions.Select(region => (CopyKind.Backup, region)),
        ];

    /// <summary>SHA-256 of the canonical form, in lower-case hexadecimal.</summary>
    public string Hash()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue(TenantId);
            json.WriteStringValue(DataId);
            json.WriteStringValue(DataType);
            json.WriteStringValue(Classification);
            json.WriteStringValue(OriginCountry);
            json.WriteStringValue(PrimaryRegion);
            WriteSet(json, ReplicaRegions);
            WriteSet(json, BackupRegions);
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

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static void WriteSet(Utf8JsonWriter json, IReadOnlyList<string> regions)
    {
        json.WriteStartArray();
        foreach (var region in regions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            json.WriteStringValue(region);
        }

        json.WriteEndArray();
    }

    private static string[] AsSet(IReadOnlyList<string?>? regions) =>
        [.. (regions ?? []).Select(region => region!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    // Tenants name routing keys and row-level security, where * and # mean everything.
    private static InvalidField? CheckTenant(string tenantId) =>
        tenantId.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')
            ? null
            : new InvalidField("tenantId", "tenantId has a character other than letters, digits, hyphen, underscore and full stop; send the tenant's id.");

    private static InvalidField? CheckOptional(string field, string? value, int most) =>
        value is null or "" ? null : CheckText(field, value, most);

    private static InvalidField? CheckText(string field, string? value, int most)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return new InvalidField(field, $"{field} is missing; give 1 to {most} characters.");
        }

        if (value.Length > most)
        {
            return new InvalidField(field, $"{field} has {value.Length} characters; give at most {most}.");
        }

        return IsPlainText(value) ? null : new InvalidField(field, $"{field} contains a control character or broken Unicode; send plain text.");
    }

    private static bool IsPlainText(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsControl(value[i]) || (char.IsSurrogate(value[i]) && !IsPair(value, ref i)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPair(string value, ref int i) =>
        i + 1 < value.Length && char.IsSurrogatePair(value[i], value[++i]);

    private static InvalidField? CheckCountry(string? country) =>
        country is null || CountryCodes.Contains(country)
            ? null
            : new InvalidField("originCountry", "originCountry is not a country; give an ISO 3166-1 alpha-2 code in capitals, for example DE, or leave it out.");

    private static InvalidField? CheckRegions(string field, IReadOnlyList<string?>? regions)
    {
        for (var i = 0; i < (regions?.Count ?? 0); i++)
        {
            if (CheckText($"{field}[{i}]", regions![i], 100) is { } invalid)
            {
                return invalid;
            }
        }

        return null;
    }

    private static InvalidField? CheckCount(PlacementInput input)
    {
        var copies = 1 + (input.ReplicaRegions?.Count ?? 0) + (input.BackupRegions?.Count ?? 0);
        return copies <= MaxCopies
            ? null
            : new InvalidField("replicaRegions", $"replicaRegions and backupRegions make {copies} copies with the primary; at most {MaxCopies} are allowed.");
    }

    private static InvalidField? CheckEpoch(long? epoch) =>
        epoch is null or >= 0 ? null : new InvalidField("minimumEpoch", "minimumEpoch is negative; give the number of an epoch or leave it out.");
}
