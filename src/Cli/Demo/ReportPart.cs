using System.Text.Json;
using Sovereignty.Cli.Access;
using Spectre.Console;

namespace Sovereignty.Cli.Demo;

/// <summary>The audit report over this run, held against what the demo did.</summary>
internal static class ReportPart
{
    private const int ReasonShown = 46;
    private const int TypesShown = 15;
    private static readonly TimeSpan ReportLimit = TimeSpan.FromSeconds(20);

    public static async Task Show(Person officer, DateTimeOffset from, AccessTally tally, Checks checks)
    {
        // What was done last may not be covered by a signed checkpoint yet.
        var to = TimeProvider.System.GetUtcNow();
        var report = await Wait.For(() => officer.Report(from, to), found => tally.Differences(found).Count == 0, ReportLimit);
        AnsiConsole.MarkupLine($"[bold]7[/] The audit report of this run, over the checkpoint of {report.Checkpoint.Size:N0} entries:");
        Totals(report);
        Rejections(report);
        Pairs(report);

        var differences = tally.Differences(report);
        checks.Add("the audit report tells what was done", differences.Count == 0, differences.Count == 0 ? $"{report.Totals["requests"]} requests, {report.Totals["granted"]} grants, {report.RejectionReasons.Sum(reason => reason.Count)} rejections" : string.Join("; ", differences));
        var again = await officer.Report(from, to, report.Checkpoint.Size);
        checks.Add("the same report over the same checkpoint has the same figures", Figures(report) == Figures(again), $"pinned to {again.Checkpoint.Size:N0} entries");
    }

    private static void Totals(ReportView report)
    {
        var table = new Table().RoundedBorder().AddColumn("totals").AddColumn(Number("")).AddColumn("events by type").AddColumn(Number(""));
        (string, string)[] left =
        [
            .. AccessTally.Totals.Select(name => (Spoken(name), $"{report.Totals.GetValueOrDefault(name):N0}")),
            ("approval rate", report.ApprovalRate is { } rate ? $"{rate * 100:0} %" : "-"),
        ];
        var right = report.ByType.Take(TypesShown).Select(type => (type.Type, $"{type.Count:N0}")).ToList();
        for (var row = 0; row < Math.Max(left.Length, right.Count); row++)
        {
            var (name, count) = left.ElementAtOrDefault(row);
            var (type, events) = right.ElementAtOrDefault(row);
            table.AddRow(name ?? "", count ?? "", type ?? "", events ?? "");
        }

        AnsiConsole.Write(table);
        if (report.ByType.Count > TypesShown)
        {
            AnsiConsole.MarkupLine($"  [dim]and {report.ByType.Count - TypesShown} more types; {report.Totals["events"]:N0} events in all[/]");
        }
    }

    private static void Rejections(ReportView report)
    {
        var table = new Table().RoundedBorder().AddColumns("turned down", "why").AddColumn(Number("count"));
        foreach (var reason in report.RejectionReasons)
        {
            table.AddRow(reason.Kind, Markup.Escape(reason.Code ?? $"\"{Words.Line(reason.Reason ?? "", ReasonShown)}\""), $"{reason.Count:N0}");
        }

        AnsiConsole.Write(table);
    }

    private static void Pairs(ReportView report)
    {
        var table = new Table().RoundedBorder().AddColumn("from -> to").AddColumn(Number("requests")).AddColumn(Number("granted"));
        foreach (var pair in report.RegionPairs)
        {
            table.AddRow($"{pair.SourceRegion} -> {pair.TargetRegion}", $"{pair.Requests:N0}", $"{pair.Granted:N0}");
        }

        AnsiConsole.Write(table);
    }

    private static string Figures(ReportView report) =>
        JsonSerializer.Serialize(new { report.Checkpoint.Size, report.Checkpoint.Root, report.Totals, report.ByType, report.ApprovalRate, report.RejectionReasons, report.RegionPairs });

    private static string Spoken(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name).Replace('-', ' ');

    private static TableColumn Number(string header) => new TableColumn(header).RightAligned();
}
