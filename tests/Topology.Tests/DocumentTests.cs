using System.Text.Json.Nodes;

namespace Sovereignty.Topology.Tests;

public sealed class DocumentTests
{
    public const string Regenerate = "UPDATE_DOCS=1 dotnet test tests/Topology.Tests --filter DocumentTests";
    private static readonly string Docs = Path.Combine(Repository.Folder, "docs");

    [Theory]
    [InlineData("messages.md")]
    [InlineData("asyncapi.json")]
    public void The_document_shows_the_platform_as_it_is(string name)
    {
        var file = Path.Combine(Docs, name);
        var written = name == "messages.md" ? MessagesDocument.Write(Platform.Real) : AsyncApi.Write(Platform.Real);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, written);
            return;
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == written,
            $"docs/{name} no longer shows what the services say and hear. Bring it up to date and read what changed:\n{Regenerate}");
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var document = JsonNode.Parse(AsyncApi.Write(Platform.Real))!;
        var references = References(document).ToList();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(
            reference.StartsWith('#') ? Find(document, reference) is not null : File.Exists(Path.Combine(Docs, reference)),
            $"{reference} leads nowhere."));
    }

    [Fact]
    public void Every_message_of_an_operation_is_one_of_its_channel()
    {
        var operations = JsonNode.Parse(AsyncApi.Write(Platform.Real))!["operations"]!.AsObject();
        Assert.NotEmpty(operations);
        Assert.All(operations, operation =>
        {
            var channel = operation.Value!["channel"]!["$ref"]!.GetValue<string>();
            Assert.NotEmpty(operation.Value["messages"]!.AsArray());
            Assert.All(operation.Value["messages"]!.AsArray(), message => Assert.StartsWith($"{channel}/messages/", message!["$ref"]!.GetValue<string>()));
        });
    }

    [Fact]
    public void A_message_without_its_publisher_changes_both_documents()
    {
        var without = Platform.Real with { Services = [.. Platform.Real.Services.Select(service => service with { Publishes = [.. service.Publishes.Skip(1)] })] };
        Assert.NotEqual(MessagesDocument.Write(Platform.Real), MessagesDocument.Write(without));
        Assert.NotEqual(AsyncApi.Write(Platform.Real), AsyncApi.Write(without));
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Key == "$ref" ? [member.Value!.GetValue<string>()] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    private static JsonNode? Find(JsonNode document, string reference) =>
        reference[2..].Split('/').Aggregate((JsonNode?)document, (node, name) => node is JsonObject members ? members[name] : null);
}
