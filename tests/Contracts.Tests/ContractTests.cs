using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sovereignty.Contracts.Tests;

public sealed class ContractTests
{
    public static TheoryData<Type> Messages => [.. Samples.All.Select(sample => sample.GetType())];

    private static IEnumerable<Type> Public => typeof(IEvent).Assembly.GetExportedTypes();

    [Fact]
    public void Everything_that_says_when_it_happened_is_an_event()
    {
        var happened = Public.Where(type => type.IsClass && type.GetProperty(nameof(IEvent.OccurredAt)) is not null).ToList();
        Assert.NotEmpty(happened);
        Assert.All(happened, type => Assert.True(typeof(IEvent).IsAssignableFrom(type), $"{type.Name} would miss the log: it does not implement IEvent."));
    }

    [Fact]
    public void Every_message_has_a_sample()
    {
        var sampled = Samples.All.Select(sample => sample.GetType()).ToHashSet();
        var messages = Public.Where(type => type.IsClass && (typeof(IEvent).IsAssignableFrom(type) || IsCommand(type)));
        Assert.All(messages, type => Assert.Contains(type, sampled));
    }

    [Fact]
    public void Contracts_are_sealed_records_without_a_base_and_with_properties_that_are_set_once()
    {
        var records = Public.Where(type => type.GetMethod("<Clone>$") is not null).ToList();
        Assert.NotEmpty(records);
        Assert.All(records, type =>
        {
            Assert.True(type.IsSealed, type.Name);
            Assert.Equal(typeof(object), type.BaseType);
            Assert.All(
                type.GetProperties(BindingFlags.Public | BindingFlags.Instance),
                property => Assert.True(property.SetMethod is null || property.SetMethod.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit"), $"{type.Name}.{property.Name}"));
        });
    }

    [Fact]
    public void Contracts_reference_no_package() =>
        Assert.All(typeof(IEvent).Assembly.GetReferencedAssemblies(), reference => Assert.StartsWith("System.", reference.Name));

    [Theory]
    [MemberData(nameof(Messages))]
    public void The_wire_form_is_the_one_checked_in(Type message)
    {
        var sample = Samples.All.Single(candidate => candidate.GetType() == message);
        var written = JsonSerializer.SerializeToNode(sample, message, ContractJson.Options)!;
        var file = Path.Combine(AppContext.BaseDirectory, "samples", $"{message.FullName}.json");

        Assert.True(File.Exists(file), $"No sample of {message.FullName}. Check this in as samples/{message.FullName}.json:\n{Indented(written)}");
        Assert.Equal(Indented(JsonNode.Parse(File.ReadAllText(file))!), Indented(written));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_sample_is_read_back_as_it_was_written(Type message)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "samples", $"{message.FullName}.json"));
        var read = JsonSerializer.Deserialize(text, message, ContractJson.Options);
        Assert.Equal(Indented(JsonNode.Parse(text)!), Indented(JsonSerializer.SerializeToNode(read, message, ContractJson.Options)!));
    }

    [Fact]
    public void What_older_versions_wrote_is_still_read()
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples", "older"));
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var written = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            var message = typeof(IEvent).Assembly.GetType(Path.GetFileNameWithoutExtension(Path.GetFileNameWithoutExtension(file)), throwOnError: true)!;
            var read = JsonSerializer.SerializeToNode(written.Deserialize(message, ContractJson.Options), message, ContractJson.Options)!;
            Assert.All(written, member => Assert.True(JsonNode.DeepEquals(member.Value, read[member.Key]), $"{Path.GetFileName(file)}: {member.Key}"));
        }
    }

    [Theory]
    [InlineData("identity", Data.ClassificationLevel.Identity)]
    [InlineData("analytical", Data.ClassificationLevel.Analytical)]
    [InlineData("Identity", null)]
    [InlineData("secret", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_level_is_one_of_five_names_or_none(string? name, Data.ClassificationLevel? level) =>
        Assert.Equal(level, Data.ClassificationLevels.Find(name));

    private static bool IsCommand(Type type) =>
        type.GetMethod("<Clone>$") is not null && new[] { "Request", "Approve", "Reject", "Validate", "Review" }.Any(verb => type.Name.StartsWith(verb, StringComparison.Ordinal));

    private static string Indented(JsonNode node) => node.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
}
