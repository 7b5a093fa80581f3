using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.AccessService.BrowseAccess;
using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.Rules;
using Sovereignty.Contracts.Access;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.SubmitAccess;

/// <summary>How a request comes into being, asked for anew or as the extension of a grant.</summary>
internal static class Submission
{
    /// <summary>The request that a body would make, not stored; or why it makes none.</summary>
    public static async Task<(AccessRequest? Request, ProblemHttpResult? Problem)> Read(
        SubmitRequest body, Guid? extends, ClaimsPrincipal user, UnitOfWork unit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (user.Tenant() is not { } tenant || user.TenantScope() != tenant)
        {
            return (null, Problems.Problem(403, "tenant-missing", "Access is requested within a tenant. Use a token of that tenant."));
        }

        var purposes = Purposes.Shipped;
        if (!purposes.Contains(body.Purpose))
        {
            purposes = Purposes.Known((await RuleTable.ListInForce(unit.Connection, tenant, cancellationToken)).Select(row => row.Rule));
        }

        var (request, refusal) = SubmitRules.Read(body, tenant, user.ToActor(), now, purposes, extends);
        return (request, refusal is null ? null : Problems.Problem(422, refusal.Code!, refusal.Reason!, refusal.Code == AccessCodes.PurposeUnknown ? new Dictionary<string, object?> { ["purposes"] = purposes } : null));
    }

    /// <summary>Stores it and sets it going.</summary>
    public static Created<RequestView> Begin(AccessRequest request, UnitOfWork unit, SagaTable<AccessRequest> requests, DateTimeOffset now, HttpResponse response)
    {
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
