using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sovereignty.Contracts.Tests.Schemas;

public sealed class SchemaTests
{
    private const string Regenerate = "UPDATE_DOCS=1 dotnet test tests/Contracts.Tests --filter SchemaTests";
    private static readonly string Folder = Path.Combine(Repository.Folder, "docs", "schemas");

    public static TheoryData<Type> Messages => [.. Samples.All.Select(sample => sample.GetType())];

    [Theory]
    [MemberData(nameof(Messages))]
    public void The_schema_is_the_one_checked_in(Type message)
    {
        var file = FileOf(message);
        var schema = ContractSchema.Write(message);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(file, schema);
            return;
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == schema,
            $"docs/schemas no longer shows {message.Name} as it is. Bring it up to date and read what changed:\n{Regenerate}\n\n{schema}");
    }

    [Fact]
    public void There_is_no_schema_without_its_message() =>
        Assert.Equal(Samples.All.Select(sample => FileOf(sample.GetType())).Order(), Directory.EnumerateFiles(Folder, "Sovereignty.*.json").Order());

    [Theory]
    [MemberData(nameof(Messages))]
    public void The_sample_is_valid(Type message) =>
        Assert.Empty(SchemaCheck.Faults(Sample(message), Schema(message)));

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_with_a_member_missing_or_of_another_type_is_not_valid(Type message)
    {
        var schema = Schema(message);
        Assert.All(schema["required"]!.AsArray(), name =>
        {
            var sample = Sample(message);
            sample.Remove(name!.GetValue<string>());
            Assert.NotEmpty(SchemaCheck.Faults(sample, schema));
        });
        Assert.All(schema["properties"]!.AsObject(), property =>
        {
            var sample = Sample(message);
            sample[property.Key] = sample[property.Key] is JsonObject ? "text" : new JsonObject();
            Assert.NotEmpty(SchemaCheck.Faults(sample, schema));
        });
    }

    [Fact]
    public void Ids_times_and_names_are_checked_for_their_form()
    {
        var schema = Schema(typeof(Access.AccessGranted));
        foreach (var (member, wrong) in new[] { ("grantId", "17"), ("startsAt", "2026-11-23"), ("endsAt", "2026-11-23T05:30:00") })
        {
            var sample = Sample(typeof(Access.AccessGranted));
            sample[member] = wrong;
            Assert.Equal([$"$.{member} has not the format {schema["properties"]![member]!["format"]}"], SchemaCheck.Faults(sample, schema));
        }

        var classified = Sample(typeof(Data.DataClassified));
        classified["classification"] = "Identity";
        Assert.Single(SchemaCheck.Faults(classified, Schema(typeof(Data.DataClassified))));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_member_says_what_it_is(Type message) =>
        Assert.All(Schema(message)["properties"]!.AsObject(), property => Assert.True(property.Value!["description"] is not null, property.Key));

    private static string FileOf(Type message) => Path.Combine(Folder, $"{message.FullName}.json");

    private static JsonObject Schema(Type message) => JsonNode.Parse(File.ReadAllText(FileOf(message)))!.AsObject();

    private static JsonObject Sample(Type message) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "samples", $"{message.FullName}.json")))!.AsObject();
}
