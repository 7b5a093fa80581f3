using System.Globalization;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.AuditService.SearchAudit;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AuditService.Report;

internal static class ReportEndpoint
{
    public static void MapAuditReport(this IEndpointRouteBuilder app) =>
        app.MapGet("/access/audit/report", Get)
            .RequireRoles(Roles.ComplianceOfficer, Roles.Operator)
            .WithMetadata(new WithoutUnitOfWork())
            .WithTags("Audit log")
            .WithSummary("Report over the audit log, as JSON or CSV; filters from, to, user, dataId, tenant, region, action, type")
            .WithDescription(
                """
                Counts the entries that match, and that a signed checkpoint covers: the newest, or with `size` the one of that size.
                The same size and filters give the same figures again. Entries that came after the checkpoint are in no figure;
                `checkpoint.notCovered` says how many the log has.

                JSON carries the figures and the first page of the detailed log, newest first (`limit`: 50 when left out, at most 500);
                `log.next` is the address of the next page in `/access/audit`, over the same checkpoint.
                CSV (`format=csv`, or `Accept: text/csv`) carries the whole detailed log in the order of the log, streamed; the headers
                `Sovereignty-Checkpoint-Size`, `-Root`, `-Note` (in base64) and `Sovereignty-Report-Entries` say what it covers and how many
                rows it has. An apostrophe stands before a field that a spreadsheet would take for a formula; `leafHash` is in hexadecimal.
                """);

    private static async Task<Results<Ok<AuditReport>, PushStreamHttpResult, ProblemHttpResult>> Get(
        HttpContext context, PageRequest page, ClaimsPrincipal user, SignedCheckpoints checkpoints, ReportReader reader, AuditSearch search, TimeProvider time, CancellationToken ct)
    {
        var (asked, problem) = ReportRequest.Read(context.Request, user);
        if (asked is null)
        {
            return problem!;
        }

        if (await checkpoints.Find(asked.Size, ct) is not { } checkpoint)
        {
            return asked.Size is { } size
                ? Problems.Problem(404, "checkpoint-unknown", $"No checkpoint over {size} entries was signed. Take the size of one that was, or leave it out for the newest.")
                : Problems.Problem(503, "checkpoint-missing", "No checkpoint is signed yet. Try again in a second.");
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Vary = "Accept, Authorization";
        Pin(context.Response.Headers, checkpoint);
        if (!asked.Csv)
        {
            var counter = await reader.Count(asked.Filters, checkpoint.Size, ct);
            var log = await search.Find(asked.Filters, new SearchPosition(checkpoint.Size, checkpoint.Size, counter.Events), page.Limit, ct);
            return TypedResults.Ok(Report(asked.Filters, checkpoint, counter, Log(context.Request, log), time.GetUtcNow()));
        }

        var entries = await reader.CountEntries(asked.Filters, checkpoint.Size, ct);
        context.Response.Headers["Sovereignty-Report-Entries"] = entries.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Stream(
            stream => CsvReport.Write(reader.Entries(asked.Filters, checkpoint.Size, types: null, ct), stream, ct),
            "text/csv; charset=utf-8; header=present",
            $"audit-report-{asked.Filters.Tenant ?? "platform"}-{checkpoint.Size.ToString(CultureInfo.InvariantCulture)}.csv");
    }

    private static void Pin(IHeaderDictionary headers, ReportCheckpoint checkpoint)
    {
        headers["Sovereignty-Checkpoint-Size"] = checkpoint.Size.ToString(CultureInfo.InvariantCulture);
        headers["Sovereignty-Checkpoint-Root"] = checkpoint.Root;
        headers["Sovereignty-Checkpoint-Note"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(checkpoint.Note));
    }

    private static AuditReport Report(AuditFilters filters, ReportCheckpoint checkpoint, ReportCounter counter, ReportLog log, DateTimeOffset now) => new(
        filters.Tenant,
        filters.From,
        filters.To,
        new ReportFilters(filters.User, filters.DataId, filters.Region, filters.Action, filters.Type),
        now,
        checkpoint,
        counter.Totals,
        counter.ByType,
        filters.Type is null ? counter.ApprovalRate : null,
        counter.RejectionReasons,
        counter.RejectionsNotListed,
        counter.RegionPairs,
        counter.Erased,
        log);

    private static ReportLog Log(HttpRequest request, (IReadOnlyList<AuditItem> Items, SearchPosition? Next, long Total, long NotYet) page)
    {
        if (page.Next is null)
        {
            return new ReportLog(page.Total, page.Items, null, null);
        }

        var cursor = Cursor.Encode(page.Next.ToString());
        var query = new QueryBuilder(request.Query.Where(pair => pair.Key is not ("size" or "format"))) { { "cursor", cursor } };
        return new ReportLog(page.Total, page.Items, cursor, $"/access/audit{query.ToQueryString()}");
    }
}
