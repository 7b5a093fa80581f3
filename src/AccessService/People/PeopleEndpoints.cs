using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.People;

internal static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder access)
    {
        var people = access.MapGroup("/people").WithTags("People");
        people.MapGet("", List)
            .RequireRoles(Roles.ComplianceOfficer, Roles.PolicyAdmin)
            .DescribesPaging()
            .WithSummary("List the people of a tenant")
            .WithDescription("By subject: what holds now of each and what is to come. ?role=, ?jurisdiction= and ?active= ask what holds now. A policy administrator names the tenant by ?tenant=, or sees all.");
        people.MapGet("/{subject}", Get)
            .WithSummary("Read a person's standing")
            .WithDescription("What holds now and what is to come, with the ETag of the last recorded version. Everybody may read the own.")
            .ProducesProblem(404);
        people.MapPut("/{subject}", Put)
            .RequireRoles(Roles.ComplianceOfficer, Roles.PolicyAdmin)
            .WithSummary("Record what a person may do from a moment on")
            .WithDescription("A compliance officer records people of the own tenant, a policy administrator those of ?tenant=; nobody the own standing. What waits or was granted is looked at again. If-Match with the ETag of the last version is required to change a person, If-None-Match: * to record a new one.")
            .ProducesProblem(403)
            .ProducesProblem(412)
            .ProducesProblem(422)
            .ProducesProblem(428);
        people.MapGet("/{subject}/versions", ListVersions)
            .DescribesPaging()
            .WithSummary("List the recorded versions of a person's standing")
            .ProducesProblem(404);
    }

    private static async Task<Results<Ok<Page<PersonView>>, ProblemHttpResult>> List(
        string? tenant, string? role, string? jurisdiction, bool? active, PageRequest page, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (RefuseTenant(user, tenant) is { } refusal)
        {
            return refusal;
        }

        (string Tenant, string Subject)? after = page.After is null ? null : page.After.Split('\n') is [var afterTenant, var afterSubject] ? (afterTenant, afterSubject) : throw PageRequest.BadCursor();
        var now = time.Now();
        var rows = await PeopleTable.ListPeople(unit.Connection, new(user.Tenant() ?? tenant, role, jurisdiction, active), after, page.Limit + 1, now, cancellationToken);
        var people = rows.GroupBy(row => (row.Person.TenantId, row.Person.Subject)).Select(versions => PersonView.Of([.. versions], now)).ToArray();
        return TypedResults.Ok(page.Page(people, person => $"{person.TenantId}\n{person.Subject}"));
    }

    private static async Task<Results<Ok<PersonView>, ProblemHttpResult>> Get(
        string subject, string? tenant, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        if (!MayRead(user, subject) || TenantOf(user, tenant) is not { } known
            || await PeopleTable.ListVersions(unit.Connection, known, subject, after: 0, limit: int.MaxValue, cancellationToken) is not [_, ..] versions)
        {
            return NotFound(subject);
        }

        var view = PersonView.Of(versions, time.Now());
        ETag.Set(response, view.Version);
        return TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<Page<StandingView>>, ProblemHttpResult>> ListVersions(
        string subject, string? tenant, PageRequest page, ClaimsPrincipal user, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var after = page.After is null ? 0 : int.TryParse(page.After, CultureInfo.InvariantCulture, out var version) ? version : throw PageRequest.BadCursor();
        if (!MayRead(user, subject) || TenantOf(user, tenant) is not { } known)
        {
            return NotFound(subject);
        }

        var rows = await PeopleTable.ListVersions(unit.Connection, known, subject, after, page.Limit + 1, cancellationToken);
        return rows.Count == 0 && after == 0
            ? NotFound(subject)
            : TypedResults.Ok(page.Page([.. rows.Select(StandingView.Of)], standing => standing.Version.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<Results<Ok<PersonView>, Created<PersonView>, ProblemHttpResult>> Put(
        string subject, string? tenant, PersonInput input, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (RefuseTenant(user, tenant) is { } refusal)
        {
            return refusal;
        }

        if (TenantOf(user, tenant) is not { } known)
        {
            return Problems.Problem(422, "tenant-missing", "Say whose directory it is: ?tenant=.");
        }

        if (user.FindFirstValue("sub") == subject)
        {
            return Problems.Problem(403, "own-standing", "Nobody decides what they may do themselves. Another compliance officer or a policy administrator has to.");
        }

        var now = time.Now();
        if (PersonRules.Check(subject, input, now).ToArray().Refusal() is { } faulty)
        {
            return faulty;
        }

        await PeopleTable.LockChanges(unit.Connection, cancellationToken);
        var versions = await PeopleTable.ListVersions(unit.Connection, known, subject, after: 0, limit: int.MaxValue, cancellationToken);
        var refused = versions is [.., var last] ? ETag.CheckIfMatch(http.Request, last.Person.Version) : RefuseUnannounced(http.Request, subject);
        if (refused is not null)
        {
            return refused;
        }

        var from = (input.ValidFrom ?? now).ToUniversalTime();
        var row = new PersonRow(
            new(known, subject, versions.Count + 1, input.DisplayName, input.Roles, input.Jurisdictions, input.Active, from.AddTicks(-(from.Ticks % TimeSpan.TicksPerMillisecond))),
            now,
            user.ToActor());
        await PeopleChanges.Record(unit, row, cancellationToken);
        var view = PersonView.Of([.. versions, row], now);
        ETag.Set(http.Response, view.Version);
        return versions is [] ? TypedResults.Created($"/access/people/{Uri.EscapeDataString(subject)}", view) : TypedResults.Ok(view);
    }

    private static ProblemHttpResult? RefuseUnannounced(HttpRequest request, string subject) => request.Headers.IfNoneMatch == "*"
        ? null
        : request.Headers.IfMatch.Count > 0
            ? Problems.Problem(412, "etag-stale", $"There is no person '{subject}' in the directory yet. Send If-None-Match: * to record one.")
            : Problems.Problem(428, "if-none-match-missing", $"There is no person '{subject}' in the directory yet. Send If-None-Match: * to record one, or name one that is there.");

    // Whose directory the caller keeps; others read what is their own.
    private static ProblemHttpResult? RefuseTenant(ClaimsPrincipal user, string? tenant) => user.Tenant() switch
    {
        null when user.IsPlatformStaff() && user.IsInRole(Roles.PolicyAdmin) => null,
        null => Problems.Problem(403, "tenant-missing", "Your token names no tenant. Use a token of the tenant whose people they are."),
        _ when !user.IsInRole(Roles.ComplianceOfficer) => Problems.Problem(403, "role-missing", "The directory of a tenant is its compliance officer's."),
        var own when tenant is not null && tenant != own => Problems.NotFound("tenant", tenant),
        _ => null,
    };

    private static string? TenantOf(ClaimsPrincipal user, string? tenant) =>
        user.Tenant() is not { } own ? tenant : tenant is null || tenant == own ? own : null;

    private static bool MayRead(ClaimsPrincipal user, string subject) =>
        RefuseTenant(user, tenant: null) is null || (user.Tenant() is not null && user.FindFirstValue("sub") == subject);

    private static ProblemHttpResult NotFound(string subject) => Problems.NotFound("person", subject);
}
