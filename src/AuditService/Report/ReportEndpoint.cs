using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AuditService.Report;

internal static class ReportEndpoint
{
    public static void MapAuditReport(this IEndpointRouteBuilder app)
    {
        app.MapGet("/access/audit/report", Get)
            .AddEndpointFilter(RefuseDamaged)
            .RequireRoles(Roles.ComplianceOfficer, Roles.Operator)
            .WithMetadata(new WithoutUnitOfWork())
            .WithTags("Audit log")
            .WithSummary("Report over the audit log, as JSON, CSV or a page to print; filters from, to, user, dataId, tenant, region, action, type")
            .WithDescription(
                """
                Counts the entries that match, and that a signed checkpoint covers: the newest, or with `size` the one of that size.
                The same size and filters give the same figures again. Entries that came after the checkpoint are in no figure;
                `checkpoint.notCovered` says how many the log has. `findings` says what the figures show for provisions of GDPR, CCPA,
                residency laws, ISO/IEC 27001 and SOC 2: `met`, `attention` or `not-covered`, with the entries it rests on.

                JSON carries the figures and the first page of the detailed log, newest first (`limit`: 50 when left out, at most 500);
                `log.next` is the address of the next page in `/access/audit`, over the same checkpoint.
                CSV (`format=csv`, or `Accept: text/csv`) carries the whole detailed log in the order of the log, streamed; the headers
                `Sovereignty-Checkpoint-Size`, `-Root`, `-Note` (in base64) and `Sovereignty-Report-Entries` say what it covers and how many
                rows it has. An apostrophe stands before a field that a spreadsheet would take for a formula; `leafHash` is in hexadecimal.
                The page (`format=html`, or `Accept: text/html`) is one file for screen and paper, with the newest 500 entries.
                """);
        app.MapPost("/access/audit/reports", Issue)
            .AddEndpointFilter(RefuseDamaged)
            .RequireRoles(Roles.ComplianceOfficer, Roles.Operator)
            .WithMetadata(new WithoutUnitOfWork())
            .WithTags("Audit log")
            .WithSummary("Issues a report: its exact bytes as JSON, and an entry in the log with their hash")
            .WithDescription(
                """
                Takes the filters of `GET /access/audit/report`, `size` and `limit` as query, and no body. The answer's bytes are the report.
                The log gets an entry `ReportIssued` under the message id `sha-256:` and the hash of these bytes in hexadecimal, before they
                are sent; `Sovereignty-Report-Id` is that id, `Sovereignty-Report-Entry` the entry's index. Each call issues a report of its own.
                """);
    }

    // A report counts nothing that cannot be read.
    private static async ValueTask<object?> RefuseDamaged(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (InvalidDataException damaged)
        {
            return Problems.Problem(503, "log-damaged", damaged.Message);
        }
    }

    private static async Task<Results<Ok<AuditReport>, ContentHttpResult, PushStreamHttpResult, ProblemHttpResult>> Get(
        HttpContext context, PageRequest page, ClaimsPrincipal user, SignedCheckpoints checkpoints, ReportReader reader, ReportMaker maker, CancellationToken ct)
    {
        var (asked, problem) = ReportRequest.Read(context.Request, user);
        if (asked is null)
        {
            return problem!;
        }

        var (found, isSigned) = await checkpoints.Find(asked.Size, ct);
        if (found is not { } checkpoint)
        {
            return NoCheckpoint(context.Response.Headers, asked, isSigned);
        }

        Pin(context.Response.Headers, checkpoint);
        switch (asked.Form)
        {
            case ReportForm.Json:
                return TypedResults.Ok(await maker.Make(asked, checkpoint, user.ToActor(), context.Request.Query, page.Limit, ct));
            case ReportForm.Page:
                var made = ReportPage.Of(await maker.Make(asked, checkpoint, user.ToActor(), context.Request.Query, ReportPage.MostRows, ct));
                context.Response.Headers.ContentSecurityPolicy = made.SecurityPolicy;
                context.Response.Headers.XContentTypeOptions = "nosniff";
                context.Response.Headers["Referrer-Policy"] = "no-referrer";
                return TypedResults.Text(made.Html, "text/html", Encoding.UTF8);
            default:
                var entries = await reader.CountEntries(asked.Filters, checkpoint.Size, ct);
                context.Response.Headers["Sovereignty-Report-Entries"] = entries.ToString(CultureInfo.InvariantCulture);
                return TypedResults.Stream(
                    stream => CsvReport.Write(reader.Entries(asked.Filters, checkpoint.Size, ct), stream, ct),
                    "text/csv; charset=utf-8; header=present",
                    $"audit-report-{asked.Filters.Tenant ?? "platform"}-{checkpoint.Size.ToString(CultureInfo.InvariantCulture)}.csv");
        }
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Issue(
        HttpContext context,
        PageRequest page,
        ClaimsPrincipal user,
        SignedCheckpoints checkpoints,
        ReportMaker maker,
        ReportIssuer issuer,
        IOptions<JsonOptions> json,
        CancellationToken ct)
    {
        var (asked, problem) = ReportRequest.ReadIssue(context.Request, user);
        if (asked is null)
        {
            return problem!;
        }

        var (found, isSigned) = await checkpoints.Find(asked.Size, ct);
        if (found is not { } checkpoint)
        {
            return NoCheckpoint(context.Response.Headers, asked, isSigned);
        }

        var report = await maker.Make(asked, checkpoint, user.ToActor(), context.Request.Query, page.Limit, ct);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(report, json.Value.SerializerOptions);
        var (name, index) = await issuer.Issue(report, bytes, user.ToActor(), ct);
        Pin(context.Response.Headers, checkpoint);
        context.Response.Headers["Sovereignty-Report-Id"] = name;
        context.Response.Headers["Sovereignty-Report-Entry"] = index.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Bytes(bytes, "application/json");
    }

    private static ProblemHttpResult NoCheckpoint(IHeaderDictionary headers, ReportRequest asked, bool isSigned)
    {
        if (!isSigned && asked.Size is { } size)
        {
            return Problems.Problem(404, "checkpoint-unknown", $"No checkpoint over {size} entries was signed. Take the size of one that was, or leave it out for the newest.");
        }

        headers.RetryAfter = "1";
        return isSigned
            ? Problems.Problem(503, "not-searchable-yet", "The checkpoint is signed, and its entries are not all in the search table yet. Try again in a second; where that does not help, look at the health of audit-service.")
            : Problems.Problem(503, "checkpoint-missing", "No checkpoint is signed yet. Try again in a second.");
    }

    private static void Pin(IHeaderDictionary headers, ReportCheckpoint checkpoint)
    {
        headers.CacheControl = "no-store";
        headers.Vary = "Accept, Authorization";
        headers["Sovereignty-Checkpoint-Size"] = checkpoint.Size.ToString(CultureInfo.InvariantCulture);
        headers["Sovereignty-Checkpoint-Root"] = checkpoint.Root;
        headers["Sovereignty-Checkpoint-Note"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(checkpoint.Note));
    }
}
