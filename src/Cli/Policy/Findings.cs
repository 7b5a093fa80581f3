using System.Text.Json.Nodes;
using Sovereignty.Cli.Access;
using Sovereignty.Contracts;
using Sovereignty.Evaluation.Publishing;
using Spectre.Console;

namespace Sovereignty.Cli.Policy;

/// <summary>Findings as compilers print them, so that editors and CI systems take people to the place.</summary>
internal static class Findings
{
    private const int Longest = 2_000;

    public static void Write(IEnumerable<PlacedFinding> findings)
    {
        foreach (var placed in findings)
        {
            WriteLine(Color(placed.Finding.Severity), Describe(placed));
        }
    }

    /// <summary>One line, in a color where a person looks at it.</summary>
    public static void WriteLine(string color, string line)
    {
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine(line);
        }
        else
        {
            AnsiConsole.MarkupLine($"[{color}]{Markup.Escape(line)}[/]");
        }
    }

    public static string Describe(PlacedFinding placed) =>
        Words.Line($"{placed.File}:{placed.Position}: {Severity(placed.Finding.Severity)}{(placed.Finding.Kind == FindingKinds.Fault ? "" : $" {placed.Finding.Kind}")}: {placed.Finding.Message}", Longest);

    public static string Severity(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Refuse => "error",
        FindingSeverity.Warn => "warning",
        _ => "note",
    };

    public static string Count(IReadOnlyCollection<PlacedFinding> findings, int files)
    {
        int Of(FindingSeverity severity) => findings.Count(placed => placed.Finding.Severity == severity);
        return $"{Number(files, "file")}: {Number(Of(FindingSeverity.Refuse), "error")}, {Number(Of(FindingSeverity.Warn), "warning")}, {Number(Of(FindingSeverity.Info), "note")}";
    }

    public static JsonArray ToJson(IEnumerable<PlacedFinding> findings) =>
        [.. findings.Select(placed => System.Text.Json.JsonSerializer.SerializeToNode(
            new
            {
                placed.File,
                placed.Position.Line,
                placed.Position.Column,
                placed.Finding.Place,
                placed.Finding.Kind,
                placed.Finding.Severity,
                placed.Finding.Message,
                placed.Finding.Regions,
                placed.Finding.Copies,
            },
            ContractJson.Options))];

    public static bool IsRefused(IEnumerable<PlacedFinding> findings) => findings.Any(placed => placed.Finding.Severity is FindingSeverity.Refuse);

    private static string Number(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Color(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Refuse => "red",
        FindingSeverity.Warn => "yellow",
        _ => "default",
    };
}
