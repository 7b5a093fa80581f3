using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AuditService.SearchAudit;

internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder app) =>
        app.MapGet("/access/audit", Search)
            .DescribesPaging()
            .RequireRoles(Roles.ComplianceOfficer, Roles.Operator)
            .WithMetadata(new WithoutUnitOfWork())
            .WithTags("Audit log")
            .WithSummary("Entries of the audit log, newest first; filters from, to, user, dataId, tenant, region, action, type");

    private static async Task<Results<Ok<AuditPage>, ProblemHttpResult>> Search(
        HttpRequest request, PageRequest page, ClaimsPrincipal user, AuditSearch search, CancellationToken ct)
    {
        var (filters, problem) = AuditFilters.Read(request.Query, user, "cursor", "limit");
        if (filters is null)
        {
            return problem!;
        }

        SearchPosition? position = null;
        if (page.After is { } cursor && (position = SearchPosition.Parse(cursor)) is null)
        {
            return Problems.Problem(400, "cursor-invalid", "The cursor is none that this list gave. Take nextCursor of the page before, or none.");
        }

        var (items, next, total, notYet) = await search.Find(filters, position, page.Limit, ct);
        return TypedResults.Ok(new AuditPage(items, next is null ? null : Cursor.Encode(next.ToString()), total, notYet));
    }
}
