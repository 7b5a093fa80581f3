using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;

namespace Sovereignty.Contracts.Tests.Schemas;

/// <summary>JSON Schemas (2020-12) of what the platform writes.</summary>
internal static class ContractSchema
{
    // Readers also take numbers in quotes; nobody is to rely on it.
    private static readonly JsonSerializerOptions AsWritten = new(ContractJson.Options) { NumberHandling = JsonNumberHandling.Strict };

    private static readonly JsonSchemaExporterOptions Exporter = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Type message)
    {
        var schema = AsWritten.GetJsonSchemaAsNode(message, Exporter).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "$id", $"urn:message:{message.Namespace}:{message.Name}");
        schema.Insert(2, "title", message.Name);
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var described = new JsonObject();
        var comment = context.PropertyInfo is null ? (context.Path.IsEmpty ? DocComments.Of(type) : null) : DocComments.Of((PropertyInfo)context.PropertyInfo.AttributeProvider!);
        if (comment is not null)
        {
            described["description"] = comment;
        }

        // A converter of our own writes it, of which the exporter knows nothing.
        if (type == typeof(DateTimeOffset))
        {
            described["type"] = IsNullable(context) ? new JsonArray("string", "null") : "string";
            described["format"] = "date-time";
            return described;
        }

        if (type.IsEnum)
        {
            described["type"] = IsNullable(context) ? new JsonArray("string", "null") : "string";
        }

        foreach (var (keyword, value) in schema.AsObject())
        {
            described[keyword] = value?.DeepClone();
        }

        return described;
    }

    private static bool IsNullable(JsonSchemaExporterContext context) =>
        Nullable.GetUnderlyingType(context.TypeInfo.Type) is not null;
}
