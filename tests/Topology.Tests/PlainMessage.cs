using System.Text.Json.Nodes;
using Sovereignty.Contracts.Data;
using Sovereignty.PolicyService.Ingress;

namespace Sovereignty.Topology.Tests;

/// <summary>A form that a message takes on an exchange for those who know nothing of MassTransit.</summary>
internal sealed record PlainMessage(string Name, string Exchange, string Summary, string ContentType, JsonObject Payload)
{
    private const string Asked = "DataCreated, in plain JSON or as a CloudEvent.";

    public static IReadOnlyList<PlainMessage> All { get; } =
    [
        new("PlainDataCreated", PlainIngress.Exchange, Asked, "application/json", Fields()),
        new("CloudEventDataCreated", PlainIngress.Exchange, Asked, "application/cloudevents+json", CloudEvent()),
        new("PlainDecision", PlainAnswer.Exchange, "The decision on data, in plain JSON; the routing key is the tenant.", "application/json", Of(typeof(DataAdmitted), "decision")),
    ];

    public static PlainMessage Of(string exchange) =>
        All.FirstOrDefault(message => message.Exchange == exchange) ?? throw new KeyNotFoundException($"What goes over {exchange} is not described here.");

    private static JsonObject Fields()
    {
        var contract = Schema(typeof(DataCreated));
        var fields = IngressReader.DataFields.ToDictionary(field => field, field => contract["properties"]![field]?.DeepClone());
        fields["tenantId"] = new JsonObject { ["description"] = "The tenant whose data it is.", ["type"] = "string" };
        return new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(fields),
            ["required"] = new JsonArray([.. contract["required"]!.AsArray().Select(name => name!.GetValue<string>()).Where(fields.ContainsKey).Select(name => (JsonNode)name)]),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject CloudEvent() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["specversion"] = new JsonObject { ["const"] = "1.0" },
            ["id"] = new JsonObject { ["type"] = "string" },
            ["source"] = new JsonObject { ["type"] = "string" },
            ["type"] = new JsonObject { ["type"] = "string", ["description"] = "Names data-created, for example sovereignty.data-created." },
            ["time"] = new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            ["datacontenttype"] = new JsonObject { ["const"] = "application/json" },
            ["data"] = Fields(),
        },
        ["required"] = new JsonArray("specversion", "id", "source", "type", "data"),
    };

    private static JsonObject Of(Type type, string member) => Schema(type)["properties"]![member]!.DeepClone().AsObject();

    private static JsonObject Schema(Type type) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Folder, "docs", Contract.All.Single(contract => contract.Type == type).Schema)))!.AsObject();
}
