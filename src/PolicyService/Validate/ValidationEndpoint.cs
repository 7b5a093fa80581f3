using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Access;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.PolicyService.Validate;

internal static class ValidationEndpoint
{
    public static void MapAccessValidations(this IEndpointRouteBuilder app) =>
        app.MapPost("/residency/access-validations", Validate)
            .RequireRoles(Roles.Requester, Roles.Approver, Roles.Dpo, Roles.Legal, Roles.ComplianceOfficer, Roles.PolicyAdmin)
            .WithTags("Residency")
            .WithSummary("Ask what policies and law say to an access")
            .WithDescription("Answers as a request for access would be validated now, and stores nothing.")
            .ProducesProblem(404)
            .ProducesProblem(503);

    private static async Task<Results<Ok<AccessValidated>, ProblemHttpResult>> Validate(
        ValidateAccess asked, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, CancellationToken cancellationToken)
    {
        if (user.Tenant() is { } tenant ? tenant != asked.TenantId : !user.IsPlatformStaff())
        {
            return Problems.NotFound("tenant", asked.TenantId);
        }

        var epoch = await snapshots.Current(unit, cancellationToken);
        if (!epoch.RegionsKnown)
        {
            return Problems.Problem(503, "regions-unknown", "The regions are not known yet. Try again in a few seconds.");
        }

        var data = await AccessData.Load(unit.Connection, [asked], cancellationToken);
        return TypedResults.Ok(AccessEvaluator.Validate(epoch.Policies, data.Find(asked), asked));
    }
}
