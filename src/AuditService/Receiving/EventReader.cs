using System.Text.Json;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Receiving;

/// <summary>Reads the facts from MassTransit's envelope. What cannot be read is malformed, with a reason, and logged all the same.</summary>
internal static class EventReader
{
    public const string JsonInvalid = "json-invalid";
    public const string MessageIdMissing = "message-id-missing";
    public const string TypeMissing = "type-missing";
    public const string FieldInvalid = "field-invalid";
    public const string PropertiesInvalid = "properties-invalid";
    public const string Unreadable = "unreadable";

    private const int LongestText = 255;
    private const int LongestType = 500;
    private const int MostSearched = 64;
    private const string UrnPrefix = "urn:message:";

    private static readonly string[] RegionMembers = ["region", "primaryRegion", "sourceRegion", "targetRegion", "replicaRegions", "backupRegions"];
    private static readonly string[] ActionMembers = ["action", "actions"];

    /// <param name="message">The message.</param>
    /// <param name="search">Whether to read what it is found by, too.</param>
    public static EventFacts Read(ReceivedMessage message, bool search = false)
    {
        var messageId = IsText(message.MessageId, LongestText) ? message.MessageId : null;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(message.Body);
        }
        catch (JsonException)
        {
            return Malformed(messageId, JsonInvalid);
        }

        using (document)
        {
            try
            {
                return Read(message, messageId, document.RootElement, search);
            }
            catch (InvalidOperationException)
            {
                // A string with half a surrogate pair is valid JSON and no valid text.
                return Malformed(messageId, FieldInvalid);
            }
        }
    }

    /// <summary>The facts of a message as they were read when it was logged, from its entry and its body.</summary>
    public static EventFacts Read(LogEntry entry, byte[] body) => entry.Malformed is { } reason
        ? Malformed(entry.Id, reason)
        : Read(new ReceivedMessage { Body = body, ReceivedAt = entry.ReceivedAt, MessageId = entry.Id, Source = entry.Source, TypeHeader = entry.Type }, search: true);

    /// <summary>The same message as malformed, for one that turns out not to be storable as it says it is.</summary>
    public static EventFacts Malformed(string? messageId, string reason) => new()
    {
        MessageId = messageId,
        Type = LogEntry.MalformedType,
        Malformed = reason,
    };

    public static bool IsText(string? text, int longest) =>
        text is { Length: > 0 } && text.Length <= longest && !text.Any(character => char.IsControl(character) || char.IsSurrogate(character));

    /// <summary>The event's own members: for a fault, those of the message that failed.</summary>
    public static JsonElement? Event(JsonElement root)
    {
        if (Object(root, "message") is not { } message)
        {
            return null;
        }

        return message.TryGetProperty("faultedMessageId", out _) && Object(message, "message") is { } faulted ? faulted : message;
    }

    private static EventFacts Read(ReceivedMessage received, string? messageId, JsonElement root, bool search)
    {
        messageId ??= Text(root, "messageId");
        var type = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("messageType", out var types) && types.ValueKind == JsonValueKind.Array
            ? types.EnumerateArray().Select(String).FirstOrDefault()
            : null;
        type ??= received.TypeHeader;
        var body = Event(root) ?? (root.ValueKind == JsonValueKind.Object ? root : (JsonElement?)null);
        if (messageId is null)
        {
            return Malformed(null, MessageIdMissing);
        }

        if (type is null || body is not { } members)
        {
            return Malformed(messageId, TypeMissing);
        }

        if (type.StartsWith(UrnPrefix, StringComparison.Ordinal))
        {
            type = type[UrnPrefix.Length..];
        }

        var actor = Object(members, "actor");
        var facts = new EventFacts
        {
            MessageId = messageId,
            Type = type,
            Tenant = Text(members, "tenantId"),
            OccurredAt = Time(members, "occurredAt") ?? (Object(root, "message") is { } outer ? Time(outer, "timestamp") : null),
            ActorIssuer = actor is { } known ? Text(known, "issuer") : null,
            ActorSubject = actor is { } same ? Text(same, "subject") : null,
            Search = search ? Search(type, members) : null,
        };
        return IsText(messageId, LongestText) && IsText(type, LongestType) && (facts.Tenant is null || IsText(facts.Tenant, LongestText))
            ? facts
            : Malformed(IsText(messageId, LongestText) ? messageId : null, FieldInvalid);
    }

    private static SearchFacts Search(string type, JsonElement members) => new(
        Text(members, "dataId"),
        Regions(members),
        [.. ActionMembers.SelectMany(name => Texts(members, name)).Where(IsSearchable).Distinct().Take(MostSearched)],
        EventFacets.Of(LogEntry.ShortTypeOf(type), members));

    private static List<string> Regions(JsonElement members)
    {
        var regions = RegionMembers.SelectMany(name => Texts(members, name));
        if (Object(members, "region") is { } region && Text(region, "code") is { } code)
        {
            regions = regions.Append(code);
        }

        if (members.TryGetProperty("regions", out var several) && several.ValueKind == JsonValueKind.Array)
        {
            regions = regions.Concat(several.EnumerateArray().Select(one => String(one) ?? Text(one, "code")).OfType<string>());
        }

        return [.. regions.Where(IsSearchable).Distinct().Take(MostSearched)];
    }

    private static bool IsSearchable(string text) => IsText(text, LongestText);

    private static IEnumerable<string> Texts(JsonElement members, string name)
    {
        if (!members.TryGetProperty(name, out var value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => value.EnumerateArray().Select(String).OfType<string>(),
            _ => [],
        };
    }

    private static JsonElement? Object(JsonElement members, string name) =>
        members.ValueKind == JsonValueKind.Object && members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static string? Text(JsonElement members, string name) =>
        members.ValueKind == JsonValueKind.Object && members.TryGetProperty(name, out var value) ? String(value) : null;

    private static string? String(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time.ToUniversalTime() : null;
}
