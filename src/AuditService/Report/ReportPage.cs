using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sovereignty.AuditService.SearchAudit;

namespace Sovereignty.AuditService.Report;

/// <summary>
/// A report as one file for screen and paper: nothing in it runs and nothing is fetched. All that comes from events is
/// encoded, and stands apart from the text around it in whichever direction it is written.
/// </summary>
internal static class ReportPage
{
    /// <summary>Entries of the detailed log on the page.</summary>
    public const int MostRows = 500;

    // The most frequent; more of them belong on no paper.
    private const int MostReasons = 50;

    private static readonly string Style = ReadStyle();

    public static (string Html, string SecurityPolicy) Of(AuditReport report)
    {
        var style = Style.Replace("FOOTER", $"Checkpoint {Number(report.Checkpoint.Size)} entries, root {report.Checkpoint.Root}", StringComparison.Ordinal);
        var policy = $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'; base-uri 'none'; form-action 'none'";
        var whose = report.TenantId is null ? "the platform" : $"tenant {report.TenantId}";
        var page = new StringBuilder()
            .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{Text($"Audit report of {whose}, checkpoint {Number(report.Checkpoint.Size)}")}</title>\n<style>{style}</style>\n</head>\n<body>\n");
        Head(page, report, whose);
        Figures(page, report);
        Rejections(page, report);
        Regions(page, report);
        FindingsTable(page, report);
        Types(page, report);
        Log(page, report);
        return (page.Append("</body>\n</html>\n").ToString(), $"{policy}; frame-ancestors 'none'");
    }

    private static void Head(StringBuilder page, AuditReport report, string whose)
    {
        var checkpoint = report.Checkpoint;
        var filters = new[]
        {
            ("user", report.Filters.User), ("data", report.Filters.DataId), ("region", report.Filters.Region), ("action", report.Filters.Action), ("type", report.Filters.Type),
        };
        var narrowed = filters.Where(filter => filter.Item2 is not null).ToList();
        page.Append($"<header>\n<h1>Audit report</h1>\n<p class=\"faint\">Entries of {Own(whose)} in the write-once audit log</p>\n<table class=\"facts\"><tbody>\n");
        Fact("Period", $"{(report.From is { } from ? $"from {Time(from)}" : "from the beginning")} {(report.To is { } to ? $"to before {Time(to)}" : "to the checkpoint")}");
        Fact("Filters", narrowed.Count == 0 ? "none: all entries of the period" : string.Join("<br>", narrowed.Select(filter => $"{filter.Item1}: {Own(filter.Item2)}")));
        Fact("Made", $"{Time(report.GeneratedAt)} for {Own(report.GeneratedBy)}");
        Fact("Checkpoint", $"{Number(checkpoint.Size)} entries of the log <span class=\"mono\">{Own(checkpoint.Origin)}</span>, root <span class=\"mono\">{Text(checkpoint.Root)}</span>");
        Fact("Not covered", checkpoint.NotCovered == 0 ? "nothing: the log had no entry behind the checkpoint" : $"{Number(checkpoint.NotCovered)} entries of all tenants that the log had behind the checkpoint");
        page.Append("</tbody></table>\n<p class=\"note\">The signed checkpoint. With the log's public key (<span class=\"mono\">/audit/log/key</span>) anyone can check it, and that the entries of this report are under it.</p>\n")
            .Append($"<pre class=\"mono\">{Text(checkpoint.Note.TrimEnd('\n'))}</pre>\n</header>\n");

        void Fact(string name, string html) => page.Append($"<tr><th scope=\"row\">{name}</th><td>{html}</td></tr>\n");
    }

    private static void Figures(StringBuilder page, AuditReport report)
    {
        page.Append("<h2>Totals</h2>\n<div class=\"totals\">\n");
        foreach (var total in JsonSerializer.SerializeToElement(report.Totals, JsonSerializerOptions.Web).EnumerateObject())
        {
            page.Append($"<div><span>{Spoken(total.Name)}</span> <b>{Number(total.Value.GetInt64())}</b></div>\n");
        }

        page.Append("</div>\n<h2>Approval rate</h2>\n")
            .Append($"<p class=\"rate\">{(report.ApprovalRate is { } rate ? rate.ToString("P1", CultureInfo.InvariantCulture) : "none")}</p>\n")
            .Append("<p class=\"note\">Requests that people approved, of those that people decided in the period. ")
            .Append(report.ApprovalRate is null ? "Nobody decided any here, or one type of events alone was asked for." : $"{Number(report.Totals.Approved)} approved, {Number(report.Totals.Denied)} denied.")
            .Append(" What rules granted, or policy refused, is not in it.</p>\n");
    }

    private static void Rejections(StringBuilder page, AuditReport report)
    {
        page.Append("<h2>Rejection reasons</h2>\n");
        if (report.RejectionReasons.Count == 0)
        {
            page.Append("<p>None.</p>\n");
        }
        else
        {
            Table(page, "", [("What", "18%", false), ("Why", null, false), ("Count", "13%", true)], report.RejectionReasons.Take(MostReasons), reason =>
                [Text(reason.Kind), reason.Code is { } code ? $"<span class=\"mono\">{Own(code)}</span>" : Own(reason.Reason), Number(reason.Count)]);
        }

        if (report.RejectionReasons.Count > MostReasons)
        {
            var others = report.RejectionReasons.Skip(MostReasons).ToList();
            page.Append($"<p class=\"note\">{Number(others.Count)} less frequent reasons, of {Number(others.Sum(reason => reason.Count))} rejections, are in the JSON form of this report.</p>\n");
        }

        if (report.RejectionsNotListed > 0)
        {
            page.Append($"<p class=\"note\">{Number(report.RejectionsNotListed)} more denials have other reasons, which are not listed: more than {Number(ReportCounter.MostReasons)} different ones were written.</p>\n");
        }

        if (report.Erased > 0)
        {
            page.Append($"<p class=\"note\">{Number(report.Erased)} rejections count by their type, but their reason was erased.</p>\n");
        }
    }

    private static void Regions(StringBuilder page, AuditReport report)
    {
        page.Append("<h2>From region to region</h2>\n");
        if (report.RegionPairs.Count == 0)
        {
            page.Append("<p>No requests and no grants.</p>\n");
            return;
        }

        Table(page, "", [("Data in", null, false), ("Seen from", null, false), ("Requests", "15%", true), ("Grants", "15%", true)], report.RegionPairs, pair =>
            [Own(pair.SourceRegion), Own(pair.TargetRegion), Number(pair.Requests), Number(pair.Granted)]);
    }

    private static void FindingsTable(StringBuilder page, AuditReport report)
    {
        page.Append($"<h2>Findings</h2>\n<p class=\"note\">{Text(report.FindingsNote)}</p>\n");
        Table(page, "", [("Provision", "21%", false), ("Status", "15%", false), ("What the entries show", null, false), ("Entries", "20%", false)], report.Findings, finding =>
        [
            $"<b>{Text(finding.Framework)}</b><br>{Text(finding.Provision)}",
            $"<span class=\"status {Spoken(finding.Status.ToString()).Replace(' ', '-')}\">{Spoken(finding.Status.ToString())}</span>",
            $"<i>{Text(finding.Question)}</i><br>{Text(finding.Statement)}",
            finding.Evidence.Count == 0 ? "<span class=\"faint\">none</span>" : string.Join("<br>", finding.Evidence.Select(Evidence)),
        ]);

        static string Evidence(FindingEvidence evidence) =>
            $"{Text(evidence.Type)}{(evidence.Facet is null ? "" : $" ({Text(evidence.Facet)})")}: {(evidence.FirstIndex == evidence.LastIndex ? $"#{evidence.FirstIndex}" : $"{Number(evidence.Count)}, #{evidence.FirstIndex} to #{evidence.LastIndex}")}";
    }

    private static void Types(StringBuilder page, AuditReport report)
    {
        page.Append("<h2>Events by type</h2>\n");
        if (report.ByType.Count == 0)
        {
            page.Append("<p>No entry matches.</p>\n");
            return;
        }

        Table(page, "", [("Type", null, false), ("Count", "20%", true)], report.ByType, type => [Own(type.Type), Number(type.Count)]);
    }

    private static void Log(StringBuilder page, AuditReport report)
    {
        var log = report.Log;
        page.Append("<h2>Detailed log</h2>\n<p class=\"note\">")
            .Append(log.Items.Count == log.Total ? $"All {Number(log.Total)} entries, newest first." : $"The newest {Number(log.Items.Count)} of {Number(log.Total)} entries; {Number(log.Total - log.Items.Count)} more are not on this page.")
            .Append(log.Next is null ? "" : $" All of them, with every field: ask for this report with <span class=\"mono\">format=csv&amp;size={report.Checkpoint.Size.ToString(CultureInfo.InvariantCulture)}</span> and the same filters.")
            .Append("</p>\n");
        if (log.Items.Count == 0)
        {
            page.Append("<p>No entry matches.</p>\n");
            return;
        }

        page.Append("<div class=\"wide\">\n");
        Table(page, "log", [("Entry", "9%", true), ("When (UTC)", "13%", false), ("Event", "17%", false), ("Who", "15%", false), ("Data and regions", "19%", false), ("What", null, false)], log.Items, Row);
        page.Append("</div>\n");
    }

    private static string[] Row(AuditItem item)
    {
        var body = EventText.Event(item);
        var from = EventText.Of(body, "sourceRegion");
        var to = EventText.Of(body, "targetRegion");
        var region = EventText.Of(body, "region") ?? EventText.Of(EventText.Member(body, "region"), "code") ?? EventText.Of(body, "primaryRegion");
        return
        [
            item.Index.ToString(CultureInfo.InvariantCulture),
            item.OccurredAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
            Own(item.Type),
            Lines(EventText.Of(item.Actor, "displayName"), EventText.Of(item.Actor, "subject") is { } subject ? $"({subject})" : null),
            Lines(EventText.Of(body, "dataId"), from is null ? region : from == to ? from : $"{from} → {to}"),
            item.Damaged is not null
                ? "<span class=\"faint\">damaged</span>"
            : item.Body is null
                ? "<span class=\"faint\">erased</span>"
                : Lines(
                    EventText.Of(body, "purpose"),
                    EventText.Of(body, "actions") ?? EventText.Of(body, "action"),
                    item.Malformed ?? EventText.Of(body, "code") ?? EventText.Of(EventText.Member(body, "decision"), "code"),
                    EventText.Of(body, "justification") ?? EventText.Of(body, "reason") ?? EventText.Of(EventText.Member(body, "decision"), "message")),
        ];
    }

    private static void Table<T>(StringBuilder page, string kind, (string Name, string? Width, bool Number)[] columns, IEnumerable<T> rows, Func<T, string[]> cells)
    {
        page.Append(kind.Length == 0 ? "<table>" : $"<table class=\"{kind}\">").Append("<colgroup>");
        foreach (var column in columns)
        {
            page.Append(column.Width is null ? "<col>" : $"<col width=\"{column.Width}\">");
        }

        page.Append("</colgroup><thead><tr>");
        foreach (var column in columns)
        {
            page.Append($"<th scope=\"col\"{(column.Number ? " class=\"number\"" : "")}>{column.Name}</th>");
        }

        page.Append("</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            page.Append("<tr>");
            foreach (var (cell, column) in cells(row).Zip(columns))
            {
                page.Append($"<td{(column.Number ? " class=\"number\"" : "")}>{cell}</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody></table>\n");
    }

    private static string Lines(params string?[] texts) => string.Join("<br>", texts.Where(text => !string.IsNullOrEmpty(text)).Select(Own));

    // Its own direction, whatever it is written in, and no effect on what stands beside it.
    private static string Own(string? text) => $"<bdi>{Text(text)}</bdi>";

    // Control characters have no place on paper, and what reverses the order of letters shows other words than were written.
    private static string Text(string? text) =>
        HtmlEncoder.Default.Encode(string.Concat((text ?? "").Select(character => IsShown(character) ? character : '\uFFFD')));

    private static bool IsShown(char character) =>
        character is '\n' or '\t' || !(char.IsControl(character) || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Spoken(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name).Replace('-', ' ');

    private static string ReadStyle()
    {
        using var reader = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream("ReportPage.css")!);
        return reader.ReadToEnd();
    }
}
