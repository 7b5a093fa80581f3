using Sovereignty.Cli.Access;

namespace Sovereignty.Cli.Demo;

/// <summary>Counts what the demo does, so that the audit report can be held against it.</summary>
internal sealed class AccessTally
{
    /// <summary>The report's totals, but for that of all events.</summary>
    public static readonly string[] Totals =
    [
        "requests", "approved", "denied", "refused", "lapsed", "withdrawn", "granted", "automaticGrants", "used", "useRefused", "revoked", "ended", "givenBack", "commandsRefused",
    ];

    private readonly Dictionary<string, long> _totals = [];
    private readonly Dictionary<string, long> _reasons = [];
    private readonly Dictionary<string, long> _requests = [];
    private readonly Dictionary<string, long> _grants = [];

    public void Requested(AccessWanted wanted)
    {
        Add(_totals, "requests");
        Add(_requests, Pair(wanted.SourceRegion, wanted.TargetRegion));
    }

    public void Granted(AccessWanted wanted, bool automatic)
    {
        Add(_totals, "granted");
        Add(_totals, automatic ? "automaticGrants" : "approved");
        Add(_grants, Pair(wanted.SourceRegion, wanted.TargetRegion));
    }

    public void Denied(string reason) => Reject("denied", "denied", reason);

    public void Refused(string code) => Reject("refused", "refused", code);

    public void CommandRefused(string code) => Reject("commandsRefused", "command-refused", code);

    public void Used(string? refusedBecause)
    {
        if (refusedBecause is null)
        {
            Add(_totals, "used");
        }
        else
        {
            Reject("useRefused", "use-refused", refusedBecause);
        }
    }

    public void Revoked() => Add(_totals, "revoked");

    public void Ended() => Add(_totals, "ended");

    public void GivenBack() => Add(_totals, "givenBack");

    /// <summary>Where the report tells otherwise; empty if it does not.</summary>
    public IReadOnlyList<string> Differences(ReportView report)
    {
        var decided = Of(_totals, "approved") + Of(_totals, "denied");
        var rate = decided == 0 ? (double?)null : (double)Of(_totals, "approved") / decided;
        return
        [
            .. Compare(_totals.Concat(Totals.Except(_totals.Keys).Select(name => KeyValuePair.Create(name, 0L))), report.Totals.Where(total => Totals.Contains(total.Key))),
            .. Compare(_reasons, report.RejectionReasons.Select(reason => KeyValuePair.Create($"{reason.Kind} {reason.Code ?? reason.Reason}", reason.Count))),
            .. Compare(_requests, report.RegionPairs.Select(pair => KeyValuePair.Create(Pair(pair.SourceRegion, pair.TargetRegion), pair.Requests))),
            .. Compare(_grants, report.RegionPairs.Where(pair => pair.Granted > 0).Select(pair => KeyValuePair.Create(Pair(pair.SourceRegion, pair.TargetRegion), pair.Granted))),
            .. rate == report.ApprovalRate ? Array.Empty<string>() : [$"approval rate {report.ApprovalRate:0.00} instead of {rate:0.00}"],
            .. report.ByType.Sum(type => type.Count) == report.Totals.GetValueOrDefault("events") ? Array.Empty<string>() : ["the types do not add up to all events"],
        ];
    }

    private static IEnumerable<string> Compare(IEnumerable<KeyValuePair<string, long>> expected, IEnumerable<KeyValuePair<string, long>> told)
    {
        var (wanted, found) = (expected.ToDictionary(), told.ToDictionary());
        return
            from name in wanted.Keys.Union(found.Keys).Order(StringComparer.Ordinal)
            where Of(wanted, name) != Of(found, name) || !found.ContainsKey(name)
            select $"{Words.Line(name, 60)} {Of(found, name)} instead of {Of(wanted, name)}";
    }

    private static string Pair(string source, string target) => $"{source} -> {target}";

    private static long Of(Dictionary<string, long> counts, string name) => counts.GetValueOrDefault(name);

    private static void Add(Dictionary<string, long> counts, string name) => counts[name] = Of(counts, name) + 1;

    private void Reject(string total, string kind, string why)
    {
        Add(_totals, total);
        Add(_reasons, $"{kind} {why}");
    }
}
