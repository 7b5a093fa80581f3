using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sovereignty.Evaluation.Packs;

/// <summary>Whether a JSON value has the form of a type: all faults at once, in words for those who wrote the file.</summary>
internal static class JsonForm
{
    public static IEnumerable<(string Place, string Message)> Check(JsonElement value, JsonTypeInfo type, string place) => type.Kind switch
    {
        JsonTypeInfoKind.Object when value.ValueKind is JsonValueKind.Object => CheckMembers(value, type, place),
        JsonTypeInfoKind.Object => [(place, "is no object; write { ... }.")],
        JsonTypeInfoKind.Enumerable when value.ValueKind is JsonValueKind.Array => CheckItems(value, type.Options.GetTypeInfo(type.ElementType!), place),
        JsonTypeInfoKind.Enumerable => [(place, "is no list; write [ ... ].")],
        _ => CheckLeaf(value, type, place),
    };

    private static IEnumerable<(string Place, string Message)> CheckMembers(JsonElement value, JsonTypeInfo type, string place)
    {
        var known = type.Properties.Where(property => property.Set is not null).ToDictionary(property => property.Name, StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var at = $"{place}/{JsonPlaces.Escape(member.Name)}";
            if (!known.Remove(member.Name, out var property))
            {
                var names = type.Properties.Where(property => property.Set is not null).Select(property => property.Name);
                yield return (at, $"is not known here; known are {string.Join(", ", names)}.");
                continue;
            }

            if (member.Value.ValueKind is JsonValueKind.Null)
            {
                if (!property.IsSetNullable)
                {
                    yield return (at, property.IsRequired ? "is null; give a value." : "is null; give a value or leave it out.");
                }

                continue;
            }

            foreach (var fault in Check(member.Value, type.Options.GetTypeInfo(property.PropertyType), at))
            {
                yield return fault;
            }
        }

        foreach (var missing in known.Values.Where(property => property.IsRequired))
        {
            yield return ($"{place}/{missing.Name}", "is missing.");
        }
    }

    private static IEnumerable<(string Place, string Message)> CheckItems(JsonElement value, JsonTypeInfo item, string place) =>
        value.EnumerateArray().SelectMany((element, i) => element.ValueKind is JsonValueKind.Null
            ? [($"{place}/{i}", "is null; give a value or remove it.")]
            : Check(element, item, $"{place}/{i}"));

    private static IEnumerable<(string Place, string Message)> CheckLeaf(JsonElement value, JsonTypeInfo type, string place)
    {
        string? fault = null;
        try
        {
            value.Deserialize(type);
        }
        catch (JsonException)
        {
            fault = Describe(Nullable.GetUnderlyingType(type.Type) ?? type.Type);
        }

        return fault is null ? [] : [(place, fault)];
    }

    private static string Describe(Type type) =>
        type.IsEnum ? $"is none of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName))}."
        : type == typeof(string) ? "is no text; put it in quotes."
        : type == typeof(bool) ? "is neither true nor false."
        : type == typeof(DateTimeOffset) ? "is no moment; write it as 2026-11-23T00:00:00Z."
        : type == typeof(DateOnly) ? "is no day; write it as 2026-11-23."
        : "is no whole number.";
}
