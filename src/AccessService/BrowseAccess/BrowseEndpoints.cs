using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.AccessService.Requests;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.BrowseAccess;

internal static class BrowseEndpoints
{
    private static readonly Dictionary<string, string[]> StatesByName =
        new[] { States.Submitted, States.Validating, States.AwaitingApproval, States.Scheduled, States.Active, States.Suspended, States.Refused, States.Denied, States.Withdrawn, States.Lapsed, States.Ended, States.GivenBack, States.Exhausted, States.Revoked }
            .GroupBy(RequestView.NameOf)
            .ToDictionary(group => group.Key, group => group.ToArray());

    private static readonly string[] WithGrant = [States.Scheduled, States.Active, States.Suspended, States.Ended, States.GivenBack, States.Exhausted, States.Revoked];

    public static void MapBrowse(this IEndpointRouteBuilder access)
    {
        access.MapGet("/requests", List)
            .DescribesPaging()
            .WithTags("Requests")
            .WithSummary("Requests that you may see, newest first")
            .WithDescription("A requester sees the own ones, who decides those of the jurisdictions that the directory names for them, a compliance officer the tenant's.");
        access.MapGet("/requests/{id:guid}", Get).WithTags("Requests").WithSummary("One request, with its votes and its grant").ProducesProblem(404);
        access.MapGet("/inbox", Inbox)
            .DescribesPaging()
            .RequireRoles(Roles.Approver, Roles.Dpo, Roles.Legal)
            .WithTags("Decisions")
            .WithSummary("What waits for you to decide, oldest first");
        access.MapGet("/grants", Grants).DescribesPaging().WithTags("Grants").WithSummary("Grants that you may see, newest first");
    }

    private static async Task<Results<Ok<Page<RequestView>>, ProblemHttpResult>> List(
        string? state, string? requester, string? dataId, PageRequest page, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        string[]? states = null;
        if (state is not null && !StatesByName.TryGetValue(state, out states))
        {
            return Problems.Problem(422, "state-unknown", $"There is no state '{Shown(state)}'. Give one of {string.Join(", ", StatesByName.Keys)}.");
        }

        var now = time.Now();
        var (requests, next, problem) = await Find(new() { States = states, Requester = requester, DataId = dataId }, page, user, unit, now, cancellationToken);
        return problem is not null ? problem : TypedResults.Ok(new Page<RequestView>([.. requests.Select(request => RequestView.Of(request, now))], next));
    }

    private static async Task<Results<Ok<RequestView>, ProblemHttpResult>> Get(
        Guid id, ClaimsPrincipal user, UnitOfWork unit, SagaTable<AccessRequest> requests, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        var now = time.Now();
        if (await requests.Find(unit, id, cancellationToken) is not { } request || !(await Visibility.Of(user, unit, now, cancellationToken)).Sees(request))
        {
            return Problems.NotFound("access request", id.ToString());
        }

        ETag.Set(response, request.Version);
        return TypedResults.Ok(RequestView.Of(request, now));
    }

    private static async Task<Results<Ok<Page<RequestView>>, ProblemHttpResult>> Inbox(
        PageRequest page, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (ReadCursor(page) is not { IsValid: true } cursor)
        {
            return InvalidCursor();
        }

        var now = time.Now();
        var requests = await RequestQueries.Inbox(unit.Connection, await Visibility.Of(user, unit, now, cancellationToken), cursor.Id, page.Limit + 1, now, cancellationToken);
        return TypedResults.Ok(new Page<RequestView>([.. requests.Take(page.Limit).Select(request => RequestView.Of(request, now))], Next(requests, page)));
    }

    private static async Task<Results<Ok<Page<GrantView>>, ProblemHttpResult>> Grants(
        string? state, string? requester, string? dataId, PageRequest page, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var wanted = state is null ? WithGrant : [.. WithGrant.Where(known => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(known) == state)];
        if (wanted is [])
        {
            return Problems.Problem(422, "state-unknown", $"There is no state '{Shown(state!)}' of grants. Give one of scheduled, active, suspended, ended, given-back, exhausted, revoked.");
        }

        var (requests, next, problem) = await Find(new() { States = wanted, Requester = requester, DataId = dataId }, page, user, unit, now, cancellationToken);
        return problem is not null
            ? problem
            : TypedResults.Ok(new Page<GrantView>([.. requests.Select(request => GrantView.Of(request, States.At(request, now)))], next));
    }

    private static async Task<(IReadOnlyList<AccessRequest> Requests, string? Next, ProblemHttpResult? Problem)> Find(
        RequestFilter filter, PageRequest page, ClaimsPrincipal user, UnitOfWork unit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (ReadCursor(page) is not { IsValid: true } cursor)
        {
            return ([], null, InvalidCursor());
        }

        var requests = await RequestQueries.List(unit.Connection, await Visibility.Of(user, unit, now, cancellationToken), filter, cursor.Id, page.Limit + 1, now, cancellationToken);
        return ([.. requests.Take(page.Limit)], Next(requests, page), null);
    }

    private static (bool IsValid, Guid? Id) ReadCursor(PageRequest page) =>
        page.After is null ? (true, null) : Guid.TryParse(page.After, out var id) ? (true, id) : (false, null);

    private static string? Next(IReadOnlyList<AccessRequest> requests, PageRequest page) =>
        requests.Count > page.Limit ? Cursor.Encode(requests[page.Limit - 1].CorrelationId.ToString()) : null;

    private static ProblemHttpResult InvalidCursor() =>
        Problems.Problem(400, "cursor-invalid", "The cursor is none that this list gave. Take nextCursor of the page before, or none.");

    private static string Shown(string text) => text.Length <= 50 ? text : text[..50] + "...";
}
