using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Evaluation;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Classify;
using Sovereignty.PolicyService.Corpus;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.PolicyService.Move;

internal static class PlacementEndpoints
{
    public static void MapPlacements(this IEndpointRouteBuilder app)
    {
        var placements = app.MapGroup("/data/{id}/placement").WithTags("Placements").RequireRoles(Roles.Service, Roles.ComplianceOfficer);
        placements.MapPut("", Move)
            .WithSummary("Move data")
            .WithDescription("Decides whether data of your tenant may lie where it is moved to, by its type, level and origin. Where it may, that is its placement from now on and DataAdmitted and PlacementChanged tell it; where not, the problem has the decision's code and nothing changes.")
            .ProducesProblem(404)
            .ProducesProblem(422)
            .ProducesProblem(503);
        placements.MapDelete("", Delete)
            .WithSummary("Tell that data is gone")
            .WithDescription("The data of your tenant lies nowhere any more, which PlacementChanged tells. Its classification stays to be read.")
            .ProducesProblem(404);
    }

    private static async Task<Results<Ok<Decision>, ProblemHttpResult>> Move(
        string id, MoveRequest request, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, CancellationToken cancellationToken)
    {
        if (user.Tenant() is not { } tenant)
        {
            return OfNoTenant();
        }

        var snapshot = await snapshots.EnterCurrent(unit, cancellationToken);

        // The stored placement is locked before the level is read, as a reclassification writes the level before it locks.
        if (!Placement.IsDataId(id)
            || await PlacementTable.FindToChange(unit.Connection, tenant, id, cancellationToken) is not { } stored
            || await ClassificationTable.Find(unit.Connection, tenant, id, cancellationToken) is not { } classified)
        {
            return NotFound(id);
        }

        var (placement, invalid) = Placement.Read(new()
        {
            TenantId = tenant,
            DataId = id,
            DataType = stored.DataType,
            Classification = ContractJson.NameOf(classified.Level),
            OriginCountry = stored.OriginCountry,
            PrimaryRegion = request.PrimaryRegion,
            ReplicaRegions = request.ReplicaRegions,
            BackupRegions = request.BackupRegions,
        });
        if (placement is null)
        {
            return Problems.Problem(422, ReasonCodes.InputInvalid, invalid!.Message, new Dictionary<string, object?> { ["field"] = invalid.Field });
        }

        var decision = Evaluator.Decide(snapshot, placement);
        if (!decision.Outcome.Admits())
        {
            return Problems.Problem(422, decision.Code, decision.Message, new Dictionary<string, object?> { ["decision"] = decision });
        }

        var now = time.GetUtcNow();
        await PlacementTable.Move(unit.Connection, placement, decision, now, cancellationToken);
        unit.Publish(new DataAdmitted { OccurredAt = now, TenantId = tenant, Actor = user.ToActor(), DataId = id, Decision = decision });
        PlacementTable.Tell(unit, tenant, id, placement, user.ToActor(), now, new());
        return TypedResults.Ok(decision);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        string id, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (user.Tenant() is not { } tenant)
        {
            return OfNoTenant();
        }

        if (!Placement.IsDataId(id) || !await PlacementTable.Delete(unit.Connection, tenant, id, cancellationToken))
        {
            return NotFound(id);
        }

        PlacementTable.Tell(unit, tenant, id, null, user.ToActor(), time.GetUtcNow(), new());
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult OfNoTenant() => Problems.Problem(403, "tenant-missing", "Data is moved and deleted by its tenant. Use a token of that tenant.");

    private static ProblemHttpResult NotFound(string id) => Problems.NotFound("stored data", id);
}

/// <summary>Where data is moved to: all of its copies.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record MoveRequest
{
    public required string? PrimaryRegion { get; init; }

    public IReadOnlyList<string?>? ReplicaRegions { get; init; }

    public IReadOnlyList<string?>? BackupRegions { get; init; }
}
