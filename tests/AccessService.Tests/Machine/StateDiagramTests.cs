using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.SubmitAccess;
using Sovereignty.AccessService.Tests.Requests;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Machine;

public sealed class StateDiagramTests
{
    private const string Regenerate = "UPDATE_DOCS=1 dotnet test tests/AccessService.Tests --filter StateDiagramTests";

    [Theory]
    [InlineData("diagram")]
    [InlineData("table")]
    public void The_document_shows_the_machine_as_it_is(string part)
    {
        var file = Path.Combine(RealParts.Repository, "docs", "access-states.md");
        var text = File.ReadAllText(file);
        var drawn = part == "diagram" ? StateDiagram.Draw(new(), First()) : StateDiagram.Tabulate(new());
        var (begin, end) = Bounds(text, part);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, text[..begin] + drawn + text[end..]);
            return;
        }

        Assert.True(text[begin..end] == drawn, $"docs/access-states.md no longer shows the machine. Bring it up to date and read what changed:\n{Regenerate}\n\n{drawn}");
    }

    [Fact]
    public void The_diagram_draws_each_transition_once()
    {
        var drawn = StateDiagram.Draw(new(), First()).Split('\n')
            .Select(line => line.Trim().Split([" --> ", ": "], StringSplitOptions.None))
            .Where(line => line.Length == 3)
            .SelectMany(line => line[2].Split(", ").Select(label => new Transition(line[0], label, line[1])))
            .ToArray();
        Assert.Equal(Transition.Of(new AccessRequestMachine()).ToHashSet(), [.. drawn]);
        Assert.Distinct(drawn);
    }

    private static string First() => SubmitRules.Read(
        new()
        {
            DataId = "data-1",
            SourceRegion = "eu-central-1",
            TargetRegion = "us-east-1",
            TargetCountry = "US",
            Purpose = "customer-support",
            Actions = ["read"],
            Justification = "Ticket 4711",
            Duration = "PT8H",
        },
        "acme",
        Given.Requester,
        Given.Now).Request!.CurrentState;

    private static (int Begin, int End) Bounds(string text, string part)
    {
        var (first, last) = ($"<!-- {part}: drawn from the code, begin -->\n", $"<!-- {part}: end -->");
        var (begin, end) = (text.IndexOf(first, StringComparison.Ordinal), text.IndexOf(last, StringComparison.Ordinal));
        Assert.True(begin >= 0 && end > begin, $"docs/access-states.md has no place for the {part}.");
        return (begin + first.Length, end);
    }
}
