using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.AccessService.BrowseAccess;
using Sovereignty.AccessService.Requests;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.SubmitAccess;

internal static class SubmitEndpoint
{
    public static void MapSubmit(this IEndpointRouteBuilder access) =>
        access.MapPost("/request", Submit)
            .RequireRoles(Roles.Requester)
            .WithTags("Requests")
            .WithSummary("Ask for access across a border")
            .WithDescription("The request is checked against policies and law, then granted by rule or decided by approvers of the source jurisdiction. Follow it at the Location.")
            .ProducesProblem(422);

    private static Results<Created<RequestView>, ProblemHttpResult> Submit(
        SubmitRequest body, ClaimsPrincipal user, UnitOfWork unit, SagaTable<AccessRequest> requests, TimeProvider time, HttpResponse response)
    {
        if (user.Tenant() is not { } tenant || user.TenantScope() != tenant)
        {
            return Problems.Problem(403, "tenant-missing", "Access is requested within a tenant. Use a token of that tenant.");
        }

        var now = time.Now();
        var (request, refusal) = SubmitRules.Read(body, tenant, user.ToActor(), now);
        if (request is null)
        {
            return Problems.Problem(422, refusal!.Code!, refusal.Reason!);
        }

        requests.Begin(unit, request);
        var step = new Step(request, unit, now);
        step.SetDeadline(Due.Lapse, request.LapsesAt, request.Version);
        step.SetDeadline(Due.Validation, now + Due.FirstAnswer, request.Asked);
        step.Publish(request.Requested());
        unit.Send(Service.RequestQueue, new BeginAccess(request.CorrelationId), new() { OrderKey = request.CorrelationId.ToString() });
        ETag.Set(response, request.Version);
        return TypedResults.Created($"/access/requests/{request.CorrelationId}", RequestView.Of(request, now));
    }
}
