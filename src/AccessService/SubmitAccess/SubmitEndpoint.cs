using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.AccessService.BrowseAccess;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Access;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.SubmitAccess;

internal static class SubmitEndpoint
{
    public static void MapSubmit(this IEndpointRouteBuilder access)
    {
        access.MapPost("/request", Submit)
            .RequireRoles(Roles.Requester)
            .WithTags("Requests")
            .WithSummary("Ask for access across a border")
            .WithDescription("The request is checked against policies and law, then granted by rule or decided by approvers of the source jurisdiction. Follow it at the Location.")
            .ProducesProblem(403)
            .ProducesProblem(422);
        access.MapPost("/extend", Extend)
            .RequireRoles(Roles.Requester)
            .WithTags("Requests")
            .WithSummary("Ask for a grant of yours to go on")
            .WithDescription("A new request for the same data, regions, purpose and actions that begins where the grant ends. It goes the whole way again; the grant stays as it is.")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422);
    }

    private static async Task<Results<Created<RequestView>, ProblemHttpResult>> Submit(
        SubmitRequest body, ClaimsPrincipal user, UnitOfWork unit, SagaTable<AccessRequest> requests, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var (request, problem) = await Submission.Read(body, extends: null, user, unit, now, cancellationToken);
        return request is null ? problem! : Submission.Begin(request, unit, requests, now, response);
    }

    private static async Task<Results<Created<RequestView>, ProblemHttpResult>> Extend(
        ExtendRequest body, ClaimsPrincipal user, UnitOfWork unit, SagaTable<AccessRequest> requests, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        var now = time.Now();
        if (await requests.Find(unit, body.RequestId, cancellationToken) is not { } old || !old.IsRequester(user.ToActor()))
        {
            return Problems.NotFound("access request", body.RequestId.ToString());
        }

        if (Refusal(old, now) is { } refusal)
        {
            return refusal;
        }

        var (request, problem) = await Submission.Read(body.Of(old), old.CorrelationId, user, unit, now, cancellationToken);
        return request is null ? problem! : Submission.Begin(request, unit, requests, now, response);
    }

    private static ProblemHttpResult? Refusal(AccessRequest request, DateTimeOffset now)
    {
        var state = States.At(request, now);
        if (States.Granted.Contains(state))
        {
            return null;
        }

        var (code, reason) = States.Pending.Contains(state)
            ? (AccessCodes.NoGrant, "There is no grant yet that could go on. Wait for the decision.")
            : (AccessCodes.AlreadyDecided, $"It is {RequestView.NameOf(state)}: there is no grant any more that could go on. Ask again by POST /access/request.");
        var view = RequestView.Of(request, now);
        return Problems.Problem(409, code, reason, view.AsItStands());
    }
}
