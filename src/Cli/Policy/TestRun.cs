using System.Text.Json;
using System.Text.Json.Nodes;
using Sovereignty.Cli.Access;
using Sovereignty.Contracts;
using Sovereignty.Evaluation.Packs;

namespace Sovereignty.Cli.Policy;

/// <summary><c>policy test</c>: golden cases, without a platform.</summary>
internal static class TestRun
{
    private const int Failed = 1;
    private const int Longest = 2_000;

    public static int Run(FileInfo[] files, bool json)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (results, faults) = (new List<(string File, CaseResult Result)>(), new List<PlacedFinding>());
        foreach (var (file, tests) in files.Select(GoldenFile.Pair).Distinct())
        {
            var (found, cases) = GoldenFile.Run(file, tests, now);
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

    private static void Write(string file, CaseResult result)
    {
        WriteLine("red", "FAILED ", $"{file}: {result.Name}");
        WriteLine("default", "  It cites ", result.Cites);
        foreach (var difference in result.Differences)
        {
            WriteLine("yellow", "  ", difference.Member);
            WriteLine("default", "    expected ", difference.Expected);
            WriteLine("default", "    got      ", difference.Got);
        }

        WriteLine("default", "  ", "How the decision came about:");
        foreach (var sentence in result.Reasoning)
        {
            WriteLine("default", "    ", sentence);
        }

        Console.WriteLine();
    }

    private static void WriteLine(string color, string label, string text) => Findings.WriteLine(color, label + Words.Line(text, Longest));

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
