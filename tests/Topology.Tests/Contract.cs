using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sovereignty.Contracts;
using Sovereignty.Messaging;

namespace Sovereignty.Topology.Tests;

/// <summary>A message, as its JSON Schema in docs/schemas describes it.</summary>
internal sealed record Contract(Type Type, string Description)
{
    private static readonly string Folder = Path.Combine(Repository.Folder, "docs", "schemas");

    public static IReadOnlyList<Contract> All { get; } =
    [
        .. Directory.EnumerateFiles(Folder, "Sovereignty.*.json").Order(StringComparer.Ordinal).Select(file => new Contract(
            typeof(IEvent).Assembly.GetType(Path.GetFileNameWithoutExtension(file), throwOnError: true)!,
            JsonNode.Parse(File.ReadAllText(file))!["description"]!.GetValue<string>())),
    ];

    public string Name => Type.Name;

    public string Area => Type.Namespace!.Split('.')[^1];

    public string Exchange => ServiceTopology.ExchangeOf(Type);

    /// <summary>Relative to docs.</summary>
    public string Schema => $"schemas/{Type.FullName}.json";

    public string FirstSentence => Regex.Match(Description, @"^.*?[.?](?=\s|$)").Value;

    public bool IsEvent => typeof(IEvent).IsAssignableFrom(Type);
}
