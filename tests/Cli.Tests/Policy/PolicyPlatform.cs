using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sovereignty.Contracts;
using Sovereignty.Evaluation;

namespace Sovereignty.Cli.Tests.Policy;

/// <summary>What the command line sees of a platform's policies, facts and rules: kept in memory, with versions and their ETags.</summary>
public sealed class PolicyPlatform : GatewayDouble
{
    private readonly Dictionary<string, JsonObject> _policies = [];
    private readonly Dictionary<string, JsonObject> _facts = SeedData.LegalFacts.ToDictionary(fact => fact.Id, fact => Versioned("id", fact.Id, "fact", fact));
    private readonly Dictionary<string, JsonObject> _rules = SeedData.ClassificationRules.ToDictionary(
        rule => JsonNamingPolicy.KebabCaseLower.ConvertName(rule.Level.ToString()), rule => Versioned("level", JsonNamingPolicy.KebabCaseLower.ConvertName(rule.Level.ToString()), "rule", rule));

    /// <summary>The requests that changed something, as method and path.</summary>
    public List<string> Changes { get; } = [];

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    protected override void Map(WebApplication app)
    {
        app.MapGet("/regions", () => List(RegionCatalogue.Regions.Select(region => JsonSerializer.SerializeToNode(region, ContractJson.Options))));
        app.MapGet("/residency/policies", () => List(_policies.Values));
        app.MapGet("/residency/facts", () => List(_facts.Values));
        app.MapGet("/residency/rules", () => List(_rules.Values));
        app.MapGet("/residency/policies/{id}/versions", (string id) => List([_policies[id]]));
        app.MapPost("/residency/policies", (HttpRequest request, JsonObject body) =>
        {
            var id = Guid.NewGuid().ToString();
            return Change(request, _policies, id, Policy(id, 1, body));
        });
        app.MapPut("/residency/policies/{id}", (HttpRequest request, string id, JsonObject body) => Change(request, _policies, id, Policy(id, _policies[id]["version"]!.GetValue<int>() + 1, body)));
        app.MapPut("/residency/facts/{id}", (HttpRequest request, string id, JsonObject body) => id == "platform-forbidden"
            ? Results.Problem("Not this one.", statusCode: 422, extensions: new Dictionary<string, object?> { ["code"] = "fact-invalid" })
            : Change(request, _facts, id, Versioned("id", id, "fact", body, _facts.TryGetValue(id, out var known) ? known["version"]!.GetValue<int>() + 1 : 1)));
        app.MapPut("/residency/rules/{level}", (HttpRequest request, string level, JsonObject body) => Change(request, _rules, level, Versioned("level", level, "rule", body, _rules[level]["version"]!.GetValue<int>() + 1)));
    }

    private IResult Change(HttpRequest request, Dictionary<string, JsonObject> table, string key, JsonObject row)
    {
        var wanted = table.TryGetValue(key, out var known) ? $"\"{known["version"]}\"" : null;
        var right = request.Method == "POST" || (wanted is null ? request.Headers.IfNoneMatch == "*" : request.Headers.IfMatch == wanted);
        if (!right)
        {
            return Results.Problem("Stale.", statusCode: 412, extensions: new Dictionary<string, object?> { ["code"] = "etag-stale" });
        }

        table[key] = row;
        Changes.Add($"{request.Method} {request.Path}");
        return Results.Json(row);
    }

    private static IResult List(IEnumerable<JsonNode?> items) => Results.Json(new { items = items.Select(item => item!.DeepClone()), nextCursor = (string?)null });

    private static JsonObject Versioned<T>(string keyName, string key, string bodyName, T body, int version = 1) =>
        new() { [keyName] = key, ["version"] = version, [bodyName] = JsonSerializer.SerializeToNode(body, ContractJson.Options) };

    private static JsonObject Policy(string id, int version, JsonObject body)
    {
        var row = body.DeepClone().AsObject();
        row["id"] = id;
        row["version"] = version;
        row["mechanisms"] ??= new JsonArray();
        return row;
    }
}
