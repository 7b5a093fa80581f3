using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.Evaluation;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.PolicyService.Decide;

internal static class EvaluationEndpoints
{
    private const int MaxPlacements = 1_000;

    public static void MapEvaluation(this IEndpointRouteBuilder app) =>
        app.MapPost("/residency/evaluate", Evaluate)
            .WithTags("Residency")
            .WithSummary("Ask whether data could be stored")
            .WithDescription($"Decides a placement as DataCreated would be decided now, and stores nothing. The body is that of DataCreated, or an array of up to {MaxPlacements}; the answer is the decision, whether yes or no, or a list of them. ?explain=true adds the whole reasoning in sentences.")
            .Produces<Decision>()
            .AddOpenApiOperationTransformer(DescribeBody)
            .ProducesProblem(404)
            .ProducesProblem(422)
            .ProducesProblem(503);

    private static async Task DescribeBody(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var one = await context.GetOrCreateSchemaAsync(typeof(PlacementInput), cancellationToken: cancellationToken);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = new OpenApiSchema { OneOf = [one, new OpenApiSchema { Type = JsonSchemaType.Array, Items = one, MaxItems = MaxPlacements }] } },
            },
        };
    }

    private static async Task<IResult> Evaluate(
        PlacementInputs asked, bool? explain, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, CancellationToken cancellationToken)
    {
        if (user.Tenant() is null && !user.IsPlatformStaff())
        {
            return Problems.Problem(403, "tenant-missing", "Your token names no tenant. Use a token of the tenant whose data it is.");
        }

        if (asked.Items.Count > MaxPlacements)
        {
            return Problems.Problem(422, ReasonCodes.InputInvalid, $"There are {asked.Items.Count} placements; send at most {MaxPlacements} at a time.");
        }

        var placements = new List<Placement>(asked.Items.Count);
        foreach (var input in asked.Items)
        {
            var (placement, problem) = Read(input, at: asked.IsArray ? $"[{placements.Count}]." : "", user);
            if (placement is null)
            {
                return problem!;
            }

            placements.Add(placement);
        }

        var epoch = await snapshots.Current(unit, cancellationToken);
        if (!epoch.RegionsKnown)
        {
            return Problems.Problem(503, "regions-unknown", "The regions are not known yet. Try again in a few seconds.");
        }

        var decisions = placements.Select(placement => Answer(epoch.Policies, placement, explain is true)).ToArray();
        return asked.IsArray ? TypedResults.Ok(new Page<JsonNode>(decisions, NextCursor: null)) : TypedResults.Ok(decisions[0]);
    }

    private static (Placement? Placement, ProblemHttpResult? Problem) Read(PlacementInput input, string at, ClaimsPrincipal user)
    {
        var (placement, invalid) = Placement.Read(input);
        if (placement is null)
        {
            return (null, Problems.Problem(422, ReasonCodes.InputInvalid, at + invalid!.Message, new Dictionary<string, object?> { ["field"] = at + invalid.Field }));
        }

        return user.Tenant() is { } tenant && tenant != placement.TenantId ? (null, Problems.NotFound("tenant", placement.TenantId)) : (placement, null);
    }

    private static JsonNode Answer(PolicySnapshot snapshot, Placement placement, bool explain)
    {
        var answer = JsonSerializer.SerializeToNode(Evaluator.Decide(snapshot, placement), ContractJson.Options)!;
        if (explain)
        {
            answer["reasoning"] = JsonSerializer.SerializeToNode(Reasoning.Of(snapshot, placement), ContractJson.Options);
        }

        return answer;
    }
}
