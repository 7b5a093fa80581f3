using System.Text.Json;
using System.Text.Json.Nodes;
using Sovereignty.Cli.Access;
using Sovereignty.Contracts;
using Sovereignty.Evaluation.Packs;
using Sovereignty.Evaluation.Publishing;
using Spectre.Console;

namespace Sovereignty.Cli.Policy;

/// <summary><c>policy test</c>: golden cases, without a platform.</summary>
internal static class TestRun
{
    private const int Failed = 1;
    private const int Longest = 2_000;
    private const string Suffix = ".tests.json";

    public static int Run(FileInfo[] files, bool json)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (results, faults) = (new List<(string File, CaseResult Result)>(), new List<PlacedFinding>());
        foreach (var (file, tests) in files.Select(Pair).Distinct())
        {
            var (found, cases) = Run(file, tests, now);
            faults.AddRange(found);
            results.AddRange(cases.Select(result => (tests, result)));
        }

        var (passed, failed) = (results.Count(result => result.Result.Passed), results.Count(result => !result.Result.Passed));
        if (json)
        {
            Console.WriteLine(ToJson(results, faults, passed, failed).ToJsonString());
        }
        else
        {
            Findings.Write(faults);
            foreach (var (file, result) in results.Where(result => !result.Result.Passed))
            {
                Write(file, result);
            }

            Console.WriteLine($"{passed} passed, {failed} failed{(faults.Count == 0 ? "" : ", and some could not run")}");
        }

        return failed == 0 && faults.Count == 0 ? 0 : Failed;
    }

    /// <summary>The results; the faults alone where a file cannot be read or published, or a case is wrong in itself.</summary>
    public static (IReadOnlyList<PlacedFinding> Faults, IReadOnlyList<CaseResult> Results) Run(string file, string tests, DateTimeOffset now)
    {
        if (!File.Exists(file) || !File.Exists(tests))
        {
            var missing = File.Exists(file) ? tests : file;
            return ([new(missing, new(1, 1), new(FindingKinds.Fault, FindingSeverity.Refuse, "", $"There is no such file: the policy file NAME.json and its cases NAME{Suffix} lie side by side."))], []);
        }

        var set = PolicySet.Of([(file, File.ReadAllBytes(file))]);
        PlacedFinding[] refusals = [.. CheckRun.Check(set, CheckRun.Offline(now), now).Where(placed => placed.Finding.Severity is FindingSeverity.Refuse)];
        var read = StrictJson<PolicyTests>.Read(File.ReadAllBytes(tests));
        refusals = [.. refusals, .. read.Faults.Select(fault => Place(fault.Place, fault.Position, fault.Message))];
        if (refusals is not [] || read.Value is null)
        {
            return (refusals, []);
        }

        var policies = StrictJson<PolicyFile>.Read(File.ReadAllBytes(file)).Value!;
        PlacedFinding[] wrong = [.. GoldenCases.Check(policies, read.Value, now).Select(fault => Place(fault.Place, read.Find(fault.Place), fault.Message))];
        return wrong is not [] ? (wrong, []) : ([], GoldenCases.Run(policies, read.Value, now));

        PlacedFinding Place(string place, FilePosition position, string message) =>
            new(tests, position, new(FindingKinds.Fault, FindingSeverity.Refuse, place, PlacedFinding.Sentence(place, message)));
    }

    private static (string File, string Tests) Pair(FileInfo file)
    {
        var path = file.ToString();
        return path.EndsWith(Suffix, StringComparison.Ordinal)
            ? ($"{path[..^Suffix.Length]}.json", path)
            : ($"{Path.ChangeExtension(path, null)}.json", $"{Path.ChangeExtension(path, null)}{Suffix}");
    }

    private static void Write(string file, CaseResult result)
    {
        WriteLine("red", $"FAILED {file}: {result.Name}");
        WriteLine("default", $"  It cites {result.Cites}");
        foreach (var difference in result.Differences)
        {
            WriteLine("yellow", $"  {difference.Member}");
            WriteLine("default", $"    expected {difference.Expected}");
            WriteLine("default", $"    got      {difference.Got}");
        }

        WriteLine("default", "  How the decision came about:");
        foreach (var sentence in result.Reasoning)
        {
            WriteLine("default", $"    {sentence}");
        }

        Console.WriteLine();
    }

    private static void WriteLine(string color, string line)
    {
        var text = new string(' ', line.Length - line.TrimStart().Length) + Words.Line(line, Longest);
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine(text);
        }
        else
        {
            AnsiConsole.MarkupLine($"[{color}]{Markup.Escape(text)}[/]");
        }
    }

    private static JsonObject ToJson(List<(string File, CaseResult Result)> results, List<PlacedFinding> faults, int passed, int failed) => new()
    {
        ["passed"] = passed,
        ["failed"] = failed,
        ["faults"] = Findings.ToJson(faults),
        ["cases"] = new JsonArray([.. results.Select(one => JsonSerializer.SerializeToNode(
            new { one.File, one.Result.Name, one.Result.Cites, one.Result.Passed, one.Result.Differences, one.Result.Reasoning, one.Result.Decision },
            ContractJson.Options))]),
    };
}
