using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sovereignty.Topology.Tests;

/// <summary>MassTransit 9 and later is commercial, see docs/adr: no project may come to it, not even by way of another package.</summary>
public sealed partial class MassTransitVersionTests
{
    private const int FirstCommercial = 9;

    [Fact]
    public void No_project_resolves_a_commercial_version()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Folder, "Sovereignty.sln"));
        var projects = ProjectFile().Matches(solution).Select(match => match.Groups[1].Value.Replace('\\', '/')).ToList();
        var resolved = projects.ToDictionary(project => project, project => Resolved(Assets(project)));
        Assert.Contains(resolved["src/Messaging/Messaging.csproj"], package => package.Name == "MassTransit.RabbitMQ");
        Assert.Empty(resolved.SelectMany(project => Commercial(project.Value).Select(package => $"{project.Key}: {package}")));
    }

    [Theory]
    [InlineData("MassTransit/8.5.12", false)]
    [InlineData("MassTransit/9.0.0", true)]
    [InlineData("masstransit.rabbitmq/9.0.0-rc.1", true)]
    [InlineData("MassTransit.Abstractions/10.1.0", true)]
    [InlineData("RabbitMQ.Client/9.0.0", false)]
    public void Nine_and_later_are_commercial(string library, bool commercial)
    {
        var assets = $$"""{ "libraries": { "Npgsql/10.0.3": {}, "{{library}}": {} } }""";
        Assert.Equal(commercial ? [library] : [], Commercial(Resolved(assets)));
    }

    private static IEnumerable<string> Commercial(IEnumerable<(string Name, int Major, string Library)> packages) =>
        packages.Where(package => package.Major >= FirstCommercial).Select(package => package.Library);

    private static List<(string Name, int Major, string Library)> Resolved(string assets) =>
        [
            .. JsonNode.Parse(assets)!["libraries"]!.AsObject()
                .Select(library => library.Key)
                .Where(library => library.StartsWith("MassTransit", StringComparison.OrdinalIgnoreCase))
                .Select(library => (library.Split('/')[0], int.Parse(library.Split('/')[1].Split('.')[0]), library)),
        ];

    private static string Assets(string project)
    {
        var file = Path.Combine(Repository.Folder, Path.GetDirectoryName(project)!, "obj", "project.assets.json");
        Assert.True(File.Exists(file), $"{project} was never restored: dotnet restore Sovereignty.sln");
        return File.ReadAllText(file);
    }

    [GeneratedRegex("\"([^\"]+\\.csproj)\"")]
    private static partial Regex ProjectFile();
}
