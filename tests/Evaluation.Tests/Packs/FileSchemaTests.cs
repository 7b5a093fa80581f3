using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Sovereignty.Contracts.Residency;
using Sovereignty.Contracts.Tests.Schemas;
using Sovereignty.Evaluation.Packs;

namespace Sovereignty.Evaluation.Tests.Packs;

public sealed class FileSchemaTests
{
    private const string Regenerate = "UPDATE_DOCS=1 dotnet test tests/Evaluation.Tests --filter FileSchemaTests";
    private static readonly string Folder = Path.Combine(Repository.Folder, "docs", "schemas");
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSchemaExporterOptions Exporter = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe };

    [Theory]
    [InlineData("policy-file", typeof(PolicyFile), "Policy file")]
    [InlineData("policy-tests", typeof(PolicyTests), "Golden cases of a policy file")]
    public void The_schema_is_the_one_checked_in(string name, Type type, string title)
    {
        var schema = Write(name, type, title);
        var file = Path.Combine(Folder, $"{name}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, schema);
            return;
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == schema,
            $"docs/schemas/{name}.json no longer shows the file as it is read. Bring it up to date and read what changed:\n{Regenerate}\n\n{schema}");
    }

    [Fact]
    public void Every_pack_is_valid()
    {
        Assert.All(Directory.EnumerateFiles(Path.Combine(Repository.Folder, "packs"), "*.json"), file => Assert.Empty(SchemaCheck.Faults(JsonNode.Parse(File.ReadAllText(file)), SchemaOf(file))));
    }

    // What an editor accepts by the schema and what the reader accepts must be one.
    [Theory]
    [InlineData("""{"policies":[{"mode":"regional","parameters":{"group":"EEA"},"validFrom":"2026-11-23T00:00:00Z"}]}""", true)]
    [InlineData("""{"policies":[{"mode":"regional","parameters":{"group":"EEA"}}]}""", false)]
    [InlineData("""{"policies":[{"mode":"regional","parameters":{"grop":"EEA"},"validFrom":"2026-11-23T00:00:00Z"}]}""", false)]
    [InlineData("""{"policies":[{"mode":"everywhere","parameters":{},"validFrom":"2026-11-23T00:00:00Z"}]}""", false)]
    [InlineData("""{"facts":[{"id":"a","kind":"localisation","instrument":"i"}]}""", true)]
    [InlineData("""{"facts":[{"id":"a","kind":"localisation","instrument":"i","validFrom":"2026-11-23T00:00:00Z"}]}""", false)]
    [InlineData("""{"facts":[{"id":"a","kind":"localisation"}]}""", false)]
    [InlineData("""{"facts":{}}""", false)]
    [InlineData("""{"Facts":[]}""", false)]
    [InlineData("""{"name":7}""", false)]
    [InlineData("""{}""", true)]
    public void Schema_and_reader_agree(string file, bool valid)
    {
        Assert.Equal(valid, !SchemaCheck.Faults(JsonNode.Parse(file), SchemaOf("any.json")).Any());
        Assert.Equal(valid, StrictJson<PolicyFile>.Read(System.Text.Encoding.UTF8.GetBytes(file)).Value is not null);
    }

    [Fact]
    public void Every_member_says_what_it_is()
    {
        foreach (var schema in new[] { SchemaOf("any.json"), SchemaOf("any.tests.json") })
        {
            Assert.Empty(Undescribed(schema, ""));
        }
    }

    private static IEnumerable<string> Undescribed(JsonNode? node, string at) => node switch
    {
        JsonObject schema => (schema["properties"] is JsonObject members ? members.Where(member => member.Value!["description"] is null && member.Value["$ref"] is null).Select(member => $"{at}.{member.Key}") : [])
            .Concat(schema.SelectMany(member => Undescribed(member.Value, $"{at}.{member.Key}"))),
        JsonArray list => list.SelectMany(item => Undescribed(item, at)),
        _ => [],
    };

    private static JsonObject SchemaOf(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file.EndsWith(".tests.json", StringComparison.Ordinal) ? "policy-tests.json" : "policy-file.json")))!.AsObject();

    private static string Write(string name, Type type, string title)
    {
        var schema = StrictJson.Options.GetJsonSchemaAsNode(type, Exporter).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "$id", $"urn:sovereignty:{name}");
        schema.Insert(2, "title", title);
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var nullable = type != context.TypeInfo.Type && context.PropertyInfo?.IsSetNullable is not false;
        var described = new JsonObject();
        var comment = context.PropertyInfo is null ? (context.Path.IsEmpty ? DocComments.Of(type) : null) : DocComments.Of((PropertyInfo)context.PropertyInfo.AttributeProvider!);
        if (comment is not null)
        {
            described["description"] = comment;
        }

        // A converter of our own reads it, of which the exporter knows nothing.
        if (type == typeof(DateTimeOffset) || type.IsEnum)
        {
            described["type"] = nullable ? new JsonArray("string", "null") : "string";
        }

        if (type == typeof(DateTimeOffset))
        {
            described["format"] = "date-time";
            return described;
        }

        foreach (var (keyword, value) in schema.AsObject())
        {
            described[keyword] = value?.DeepClone();
        }

        if (context.PropertyInfo is { Name: "kind" } property && property.DeclaringType == typeof(LegalFact))
        {
            described["enum"] = new JsonArray([.. LegalFactKinds.All.Select(kind => JsonValue.Create(kind))]);
        }

        return described;
    }
}
