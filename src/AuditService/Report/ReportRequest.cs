using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Sovereignty.AuditService.SearchAudit;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.AuditService.Report;

/// <summary>Which report is asked for, and in which form.</summary>
internal sealed record ReportRequest(AuditFilters Filters, long? Size, bool Csv)
{
    public static (ReportRequest? Report, ProblemHttpResult? Problem) Read(HttpRequest request, ClaimsPrincipal user)
    {
        var format = request.Query["format"].ToString();
        var csv = format == "csv" || (format.Length == 0 && PrefersCsv(request));

        // The CSV has all entries: there is nothing to limit.
        var (filters, problem) = AuditFilters.Read(request.Query, user, csv ? ["size", "format"] : ["size", "format", "limit"]);
        if (filters is null)
        {
            return (null, problem);
        }

        if (format is not ("" or "csv" or "json"))
        {
            return Refuse("format-unknown", "There is no such format. There are json and csv.");
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

        return (new ReportRequest(filters, size, csv), null);
    }

    private static (ReportRequest?, ProblemHttpResult?) Refuse(string code, string detail) => (null, Problems.Problem(400, code, detail));

    private static bool PrefersCsv(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Where(type => type.Quality != 0).OrderByDescending(type => type.Quality ?? 1).FirstOrDefault()?.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase) == true;
}
