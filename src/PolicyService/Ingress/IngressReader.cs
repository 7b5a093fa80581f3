using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Unicode;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Messaging;
using Sovereignty.Evaluation;

namespace Sovereignty.PolicyService.Ingress;

/// <summary>Why a plain message is not a <see cref="DataCreated"/>; with tenant and data id where these at least could be read.</summary>
internal sealed record Malformed(string Code, string Reason, string? TenantId = null, string? DataId = null);

/// <summary>Reads plain JSON and CloudEvents 1.0 in structured mode, strictly: what is not understood is refused, never skipped.</summary>
internal static class IngressReader
{
    public const int MaxBodyBytes = 256 * 1024;
    private const int MaxDepth = 8;
    private const string Plain = "application/json";
    private const string CloudEvent = "application/cloudevents+json";

    public static readonly string[] DataFields =
        ["tenantId", "dataId", "dataType", "classification", "originCountry", "primaryRegion", "replicaRegions", "backupRegions", "minimumEpoch"];

    public static (DataCreated? Message, Malformed? Malformed) Read(RawMessage raw, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(raw.MessageId))
        {
            return Refuse("message-id-missing", "The message has no message_id property; set one that is new for each message and the same when it is sent again.", raw);
        }

        if (MediaTypeOf(raw.ContentType) is not (Plain or CloudEvent))
        {
            return Refuse("content-type-unsupported", $"The content_type is neither {Plain} nor {CloudEvent}; set the one that the body has.", raw);
        }

        if (raw.Body.Length > MaxBodyBytes)
        {
            return (null, new("body-too-large", $"The body has {raw.Body.Length} bytes; send at most {MaxBodyBytes}."));
        }

        JsonDocument document;
        try
        {
            document = Parse(raw.Body);
        }
        catch (JsonException exception)
        {
            return (null, new("json-invalid", $"The body is not valid JSON in UTF-8 without repeated names, at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}; send a single object."));
        }

        using (document)
        {
            return MediaTypeOf(raw.ContentType) == CloudEvent ? ReadCloudEvent(document.RootElement, raw, now) : ReadData(document.RootElement, "", raw, now);
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            throw new JsonException("Not UTF-8.", null, 0, 0);
        }

        return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
    }

    private static string? MediaTypeOf(string? contentType)
    {
        try
        {
            return contentType is null ? null : new ContentType(contentType).MediaType.ToLowerInvariant();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static (DataCreated? Message, Malformed? Malformed) ReadCloudEvent(JsonElement root, RawMessage raw, DateTimeOffset now)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            return Invalid("body", "is not an object; send a CloudEvent", default);
        }

        var data = root.TryGetProperty("data", out var found) ? found : default;
        if (Text(root, "specversion") != "1.0")
        {
            return Invalid("specversion", "is not \"1.0\"; send a CloudEvent of version 1.0", data);
        }

        foreach (var attribute in new[] { "id", "source", "type" })
        {
            if (string.IsNullOrWhiteSpace(Text(root, attribute)))
            {
                return Invalid(attribute, "is missing or no text; CloudEvents 1.0 requires it", data);
            }
        }

        if (!NamesDataCreated(Text(root, "type")!))
        {
            return Invalid("type", "does not name data-created, for example sovereignty.data-created; this exchange takes nothing else", data);
        }

        if (root.TryGetProperty("datacontenttype", out _) && MediaTypeOf(Text(root, "datacontenttype")) != Plain)
        {
            return Invalid("datacontenttype", $"is not {Plain}; send the data as a JSON object", data);
        }

        var occurredAt = now;
        if (root.TryGetProperty("time", out _)
            && !DateTimeOffset.TryParse(Text(root, "time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out occurredAt))
        {
            return Invalid("time", "is no RFC 3339 time; correct it or leave it out", data);
        }

        if (root.TryGetProperty("data_base64", out _))
        {
            return Invalid("data_base64", "is not taken; send the data as a JSON object in data", data);
        }

        return data.ValueKind is JsonValueKind.Undefined ? Invalid("data", "is missing; put the placement there", data) : ReadData(data, "data.", raw, occurredAt);
    }

    private static (DataCreated? Message, Malformed? Malformed) ReadData(JsonElement data, string prefix, RawMessage raw, DateTimeOffset occurredAt)
    {
        if (data.ValueKind is not JsonValueKind.Object)
        {
            return Invalid(prefix is "" ? "body" : "data", "is not an object; send the fields of DataCreated in one", default);
        }

        foreach (var property in data.EnumerateObject())
        {
            if (!DataFields.Contains(property.Name, StringComparer.Ordinal))
            {
                return Invalid(prefix + "*", $"has a field that is not known; the fields are {string.Join(", ", DataFields)}", data);
            }

            if (!HasItsType(property))
            {
                return Invalid(prefix + property.Name, $"is not {TypeOf(property.Name)}; correct it", data);
            }
        }

        var input = new PlacementInput
        {
            TenantId = Text(data, "tenantId"),
            DataId = Text(data, "dataId"),
            DataType = Text(data, "dataType"),
            Classification = Text(data, "classification"),
            OriginCountry = Text(data, "originCountry"),
            PrimaryRegion = Text(data, "primaryRegion"),
            ReplicaRegions = Texts(data, "replicaRegions"),
            BackupRegions = Texts(data, "backupRegions"),
            MinimumEpoch = data.TryGetProperty("minimumEpoch", out var epoch) && epoch.ValueKind is JsonValueKind.Number ? epoch.GetInt64() : null,
        };
        var (placement, invalid) = Placement.Read(input);
        if (placement is null)
        {
            return (null, WithIds(new("field-invalid", invalid!.Message), data));
        }

        return (new DataCreated
        {
            OccurredAt = occurredAt,
            TenantId = placement.TenantId,
            Actor = new Actor { Issuer = "broker", Subject = raw.UserId ?? "unknown", Roles = ["service"] },
            DataId = placement.DataId,
            DataType = placement.DataType,
            Classification = placement.Classification,
            OriginCountry = placement.OriginCountry,
            PrimaryRegion = placement.PrimaryRegion,
            ReplicaRegions = placement.ReplicaRegions,
            BackupRegions = placement.BackupRegions,
            MinimumEpoch = placement.MinimumEpoch,
        }, null);
    }

    private static bool HasItsType(JsonProperty property) => property.Name switch
    {
        "replicaRegions" or "backupRegions" => property.Value.ValueKind is JsonValueKind.Null || (property.Value.ValueKind is JsonValueKind.Array && property.Value.EnumerateArray().All(IsText)),
        "minimumEpoch" => property.Value.ValueKind is JsonValueKind.Null || (property.Value.ValueKind is JsonValueKind.Number && property.Value.TryGetInt64(out _)),
        _ => property.Value.ValueKind is JsonValueKind.Null || IsText(property.Value),
    };

    private static string TypeOf(string field) => field switch
    {
        "replicaRegions" or "backupRegions" => "a list of texts",
        "minimumEpoch" => "a whole number",
        _ => "a text",
    };

    private static bool NamesDataCreated(string type) =>
        new string([.. type.Where(char.IsAsciiLetter).Select(char.ToLowerInvariant)]).Contains("datacreated", StringComparison.Ordinal);

    private static bool IsText(JsonElement element) => element.ValueKind is JsonValueKind.String && TextOf(element) is not null;

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var element) && element.ValueKind is JsonValueKind.String ? TextOf(element) : null;

    private static string?[]? Texts(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array ? [.. list.EnumerateArray().Select(TextOf)] : null;

    // An escaped half of a surrogate pair is valid JSON and no text.
    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static (DataCreated? Message, Malformed? Malformed) Invalid(string field, string fault, JsonElement data) =>
        (null, WithIds(new("field-invalid", $"{field} {fault}."), data));

    /// <summary>Faults of the envelope are told with tenant and data id too, where the body can be read at all.</summary>
    private static (DataCreated? Message, Malformed? Malformed) Refuse(string code, string reason, RawMessage raw)
    {
        try
        {
            using var document = Parse(raw.Body.Length > MaxBodyBytes ? default : raw.Body);
            var root = document.RootElement;
            var data = root.ValueKind is JsonValueKind.Object && root.TryGetProperty("data", out var inner) ? inner : root;
            return (null, WithIds(new(code, reason), data));
        }
        catch (JsonException)
        {
            return (null, new(code, reason));
        }
    }

    private static Malformed WithIds(Malformed malformed, JsonElement data)
    {
        var tenant = Text(data, "tenantId");
        var id = Text(data, "dataId");
        return Placement.IsTenant(tenant) && Placement.IsDataId(id) ? malformed with { TenantId = tenant, DataId = id } : malformed;
    }
}
