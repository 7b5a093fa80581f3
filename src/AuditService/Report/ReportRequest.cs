using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Sovereignty.AuditService.SearchAudit;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.AuditService.Report;

internal enum ReportForm
{
    Json,
    Csv,
    Page,
}

/// <summary>Which report is asked for, and in which form.</summary>
internal sealed record ReportRequest(AuditFilters Filters, long? Size, ReportForm Form)
{
    /// <summary>A report to read, in the form that is asked for.</summary>
    public static (ReportRequest? Report, ProblemHttpResult? Problem) Read(HttpRequest request, ClaimsPrincipal user)
    {
        ReportForm? form = request.Query["format"].ToString() switch
        {
            "" => Preferred(request),
            "json" => ReportForm.Json,
            "csv" => ReportForm.Csv,
            "html" => ReportForm.Page,
            _ => null,
        };

        // The CSV has all entries, the page as many as it has room for: there is nothing to limit.
        return Read(request, user, form, form is ReportForm.Csv or ReportForm.Page ? ["size", "format"] : ["size", "format", "limit"]);
    }

    /// <summary>A report to issue: JSON.</summary>
    public static (ReportRequest? Report, ProblemHttpResult? Problem) ReadIssue(HttpRequest request, ClaimsPrincipal user) =>
        Read(request, user, ReportForm.Json, "size", "limit");

    private static (ReportRequest? Report, ProblemHttpResult? Problem) Read(HttpRequest request, ClaimsPrincipal user, ReportForm? form, params ReadOnlySpan<string> others)
    {
        var (filters, problem) = AuditFilters.Read(request.Query, user, others);
        if (filters is null)
        {
            return (null, problem);
        }

        if (form is not { } known)
        {
            return Refuse("format-unknown", "There is no such format. There are json, csv and html.");
        }

        if (filters.From >= filters.To)
        {
            return Refuse("time-range-invalid", "'from' must be before 'to'.");
        }

        long? size = null;
        if (request.Query["size"].ToString() is { Length: > 0 } text)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return Refuse("size-invalid", "'size' is the size of a signed checkpoint, a whole number. Leave it out for the newest.");
            }

            size = number;
        }

        return (new ReportRequest(filters, size, known), null);
    }

    private static (ReportRequest?, ProblemHttpResult?) Refuse(string code, string detail) => (null, Problems.Problem(400, code, detail));

    private static ReportForm Preferred(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Where(type => type.Quality != 0).OrderByDescending(type => type.Quality ?? 1).FirstOrDefault()?.MediaType.Value switch
        {
            { } type when type.Equals("text/csv", StringComparison.OrdinalIgnoreCase) => ReportForm.Csv,
            { } type when type.Equals("text/html", StringComparison.OrdinalIgnoreCase) => ReportForm.Page,
            _ => ReportForm.Json,
        };
}
