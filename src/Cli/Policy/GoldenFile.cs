using Sovereignty.Evaluation.Packs;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Cli.Policy;

/// <summary>Golden cases lie beside their policy file: <c>NAME.json</c> and <c>NAME.tests.json</c>.</summary>
internal static class GoldenFile
{
    private const string Suffix = ".tests.json";

    public static bool IsOne(FileInfo file) => file.Name.EndsWith(Suffix, StringComparison.Ordinal);

    public static (string File, string Tests) Pair(FileInfo file)
    {
        var path = file.ToString();
        return IsOne(file) ? ($"{path[..^Suffix.Length]}.json", path) : (path, $"{Path.ChangeExtension(path, null)}{Suffix}");
    }

    /// <summary>What is wrong with cases, apart from how they come out.</summary>
    public static IReadOnlyList<PlacedFinding> Check(string tests, DateTimeOffset now) => Run(Pair(new(tests)).File, tests, now).Faults;

    /// <summary>The results; the faults alone where a file cannot be read or published, or a case is wrong in itself.</summary>
    public static (IReadOnlyList<PlacedFinding> Faults, IReadOnlyList<CaseResult> Results) Run(string file, string tests, DateTimeOffset now)
    {
        if (!File.Exists(file) || !File.Exists(tests))
        {
            return ([Refuse(File.Exists(file) ? tests : file, new(1, 1), "", $"There is no such file. A policy file NAME.json and its cases NAME{Suffix} lie side by side.")], []);
        }

        var policies = StrictJson<PolicyFile>.Read(File.ReadAllBytes(file));
        var cases = StrictJson<PolicyTests>.Read(File.ReadAllBytes(tests));
        PlacedFinding[] unread =
        [
            .. CheckRun.Check(PolicySet.Of([(file, File.ReadAllBytes(file))]), CheckRun.Offline(now), now).Where(placed => placed.Finding.Severity is FindingSeverity.Refuse),
            .. cases.Faults.Select(fault => Refuse(tests, fault.Position, fault.Place, PlacedFinding.Sentence(fault.Place, fault.Message))),
        ];
        if (unread is not [])
        {
            return (unread, []);
        }

        var wrong = GoldenCases.Check(policies.Value!, cases.Value!, now);
        return wrong is []
            ? ([], GoldenCases.Run(policies.Value!, cases.Value!, now))
            : ([.. wrong.Select(fault => Refuse(tests, cases.Find(fault.Place), fault.Place, PlacedFinding.Sentence(fault.Place, fault.Message)))], []);
    }

    private static PlacedFinding Refuse(string path, FilePosition position, string place, string message) =>
        new(path, position, new(FindingKinds.Fault, FindingSeverity.Refuse, place, message));
}
