using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Contracts.Data;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.Evaluation;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.PolicyService.Decide;

internal static class EvaluationEndpoints
{
    public static void MapEvaluation(this IEndpointRouteBuilder app) =>
        app.MapPost("/residency/evaluate", Evaluate)
            .WithTags("Residency")
            .WithSummary("Ask whether data could be stored")
            .WithDescription("Decides a placement as DataCreated would be decided now, and stores nothing. The body is that of DataCreated; the answer is the decision, whether yes or no.")
            .ProducesProblem(404)
            .ProducesProblem(422)
            .ProducesProblem(503);

    private static async Task<Results<Ok<Decision>, ProblemHttpResult>> Evaluate(
        PlacementInput input, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, CancellationToken cancellationToken)
    {
        if (user.Tenant() is null && !user.IsPlatformStaff())
        {
            return Problems.Problem(403, "tenant-missing", "Your token names no tenant. Use a token of the tenant whose data it is.");
        }

        var (placement, invalid) = Placement.Read(input);
        if (placement is null)
        {
            return Problems.Problem(422, ReasonCodes.InputInvalid, invalid!.Message, new Dictionary<string, object?> { ["field"] = invalid.Field });
        }

        if (user.Tenant() is { } tenant && tenant != placement.TenantId)
        {
            return Problems.NotFound("tenant", placement.TenantId);
        }

        var epoch = await snapshots.Current(unit.Connection, cancellationToken);
        return epoch.RegionsKnown
            ? TypedResults.Ok(Evaluator.Decide(epoch.Policies, placement))
            : Problems.Problem(503, "regions-unknown", "The regions are not known yet. Try again in a few seconds.");
    }
}
