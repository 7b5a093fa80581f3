using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sovereignty.Contracts.Tests.Schemas;

/// <summary>Checks a document against those keywords of JSON Schema that the contracts use; any other keyword is an error here.</summary>
internal static class SchemaCheck
{
    private static readonly HashSet<string> Known =
        ["$schema", "$id", "$ref", "title", "description", "default", "type", "format", "enum", "properties", "required", "items", "additionalProperties"];

    public static IEnumerable<string> Faults(JsonNode? value, JsonObject schema, string at = "$")
    {
        if (schema.Select(keyword => keyword.Key).Except(Known).FirstOrDefault() is { } unknown)
        {
            throw new NotSupportedException($"{at}: nothing here checks {unknown}.");
        }

        if (schema["$ref"] is { } reference)
        {
            return Faults(value, Target(schema.Root, reference.GetValue<string>()), at);
        }

        if (schema["type"] is { } type && !TypesOf(type).Any(name => IsOfType(value, name)))
        {
            return [$"{at} is not {type.ToJsonString()}"];
        }

        if (schema["enum"] is JsonArray allowed && !allowed.Any(candidate => JsonNode.DeepEquals(candidate, value)))
        {
            return [$"{at} is none of {allowed.ToJsonString()}"];
        }

        if (schema["format"] is { } format && value is not null && !HasFormat(value.GetValue<string>(), format.GetValue<string>()))
        {
            return [$"{at} has not the format {format}"];
        }

        return value switch
        {
            JsonObject document => Members(document, schema, at),
            JsonArray list when schema["items"] is JsonObject items => list.SelectMany((item, index) => Faults(item, items, $"{at}[{index}]")),
            _ => [],
        };
    }

    private static JsonObject Target(JsonNode root, string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate(root, (node, name) => node[name] ?? throw new KeyNotFoundException($"{reference} leads nowhere.")).AsObject();

    private static IEnumerable<string> Members(JsonObject document, JsonObject schema, string at)
    {
        var required = schema["required"] is JsonArray names ? names.Select(name => name!.GetValue<string>()) : [];
        var missing = required.Where(name => !document.ContainsKey(name)).Select(name => $"{at}.{name} is missing");
        var foreign = schema["additionalProperties"] is JsonValue allowed && !allowed.GetValue<bool>()
            ? document.Where(member => schema["properties"]?[member.Key] is null).Select(member => $"{at}.{member.Key} is not known")
            : [];
        return missing.Concat(foreign).Concat(document
            .Where(member => schema["properties"]?[member.Key] is JsonObject)
            .SelectMany(member => Faults(member.Value, schema["properties"]![member.Key]!.AsObject(), $"{at}.{member.Key}")));
    }

    private static IEnumerable<string> TypesOf(JsonNode type) =>
        type is JsonArray several ? several.Select(name => name!.GetValue<string>()) : [type.GetValue<string>()];

    private static bool IsOfType(JsonNode? value, string type) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() is JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value?.GetValueKind() is JsonValueKind.Number && value.GetValue<decimal>() % 1 == 0,
        _ => throw new NotSupportedException($"Nothing here checks the type {type}."),
    };

    private static bool HasFormat(string value, string format) => format switch
    {
        "uuid" => Guid.TryParseExact(value, "D", out _),
        "date-time" => value.Contains('T') && (value.EndsWith('Z') || value[^6] is '+' or '-') && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out _),
        "date" => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "uri" => Uri.TryCreate(value, UriKind.Absolute, out _),
        _ => throw new NotSupportedException($"Nothing here checks the format {format}."),
    };
}
