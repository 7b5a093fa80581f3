using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Contracts.Data;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Corpus;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.Evaluation;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.PolicyService.Classify;

internal static class ClassificationEndpoints
{
    public static void MapClassification(this IEndpointRouteBuilder app)
    {
        var data = app.MapGroup("/data").WithTags("Classification");
        data.MapPost("/classify", Classify)
            .RequireRoles(Roles.Service, Roles.ComplianceOfficer, Roles.Dpo)
            .WithSummary("Classify data")
            .WithDescription("Gives data of your tenant one of the five levels: identity, transactional, operational, content, analytical. The same level again changes nothing; another is a reclassification.")
            .ProducesProblem(409)
            .ProducesProblem(422);
        data.MapGet("/{id}/classification", Get)
            .WithSummary("The classification of data")
            .WithDescription("The level and what it obliges to. Platform staff say whose data they mean with tenantId.")
            .ProducesProblem(404);
    }

    private static async Task<Results<Ok<ClassificationView>, ProblemHttpResult>> Classify(
        ClassifyRequest request, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        if (user.Tenant() is not { } tenant)
        {
            return Problems.Problem(403, "tenant-missing", "Data is classified by its tenant. Use a token of that tenant.");
        }

        if (Placement.CheckDataId(request.DataId) is { } invalidId)
        {
            return Problems.Problem(422, ReasonCodes.InputInvalid, invalidId.Message);
        }

        if (Placement.CheckDataType(request.DataType) is { } invalidType)
        {
            return Problems.Problem(422, ReasonCodes.InputInvalid, invalidType.Message);
        }

        if (ClassificationLevels.Find(request.Classification) is not { } level)
        {
            return Problems.Problem(422, ReasonCodes.ClassificationUnknown, $"The classification is missing or none of the five levels; give one of {string.Join(", ", ClassificationLevels.Names)}.");
        }

        var snapshot = await snapshots.EnterCurrent(unit, cancellationToken);
        var current = await ClassificationTable.Find(unit.Connection, tenant, request.DataId, cancellationToken);
        if (current is not null && current.DataType != request.DataType)
        {
            return Problems.Problem(409, "data-type-differs", $"This data is known as {current.DataType}. A level can change, the type of data cannot; send that type.");
        }

        var next = current;
        if (current?.Level != level)
        {
            next = new ClassifiedData(tenant, request.DataId, (current?.Version ?? 0) + 1, request.DataType, level, time.GetUtcNow(), user.ToActor());
            await ClassificationTable.Insert(unit.Connection, [next], cancellationToken);
            await CorpusTable.Reclassify(unit.Connection, tenant, request.DataId, level, cancellationToken);
            next.Tell(current?.Level, snapshot, unit, new());
        }

        ETag.Set(response, next!.Version);
        return TypedResults.Ok(ClassificationView.Of(next, snapshot));
    }

    private static async Task<Results<Ok<ClassificationView>, ProblemHttpResult>> Get(
        string id, string? tenantId, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, HttpResponse response, CancellationToken cancellationToken)
    {
        var tenant = user.Tenant() ?? tenantId;
        if (tenant is null)
        {
            return Problems.Problem(422, ReasonCodes.InputInvalid, "tenantId is missing; platform staff say with ?tenantId= whose data they mean.");
        }

        if ((tenantId is not null && tenantId != tenant)
            || !Placement.IsDataId(id)
            || await ClassificationTable.Find(unit.Connection, tenant, id, cancellationToken) is not { } found)
        {
            return Problems.NotFound("classified data", id);
        }

        ETag.Set(response, found.Version);
        return TypedResults.Ok(ClassificationView.Of(found, (await snapshots.Current(unit, cancellationToken)).Policies));
    }
}

/// <summary>Data and the level it is to have.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ClassifyRequest
{
    public required string DataId { get; init; }

    public required string DataType { get; init; }

    public string? Classification { get; init; }
}

/// <summary>Data, its level, and what that obliges to.</summary>
internal sealed record ClassificationView(
    string TenantId, string DataId, string DataType, ClassificationLevel Classification, int Version, DateTimeOffset ClassifiedAt, Obligations? Obligations)
{
    public static ClassificationView Of(ClassifiedData data, PolicySnapshot snapshot) =>
        new(data.TenantId, data.DataId, data.DataType, data.Level, data.Version, data.ClassifiedAt, ObligationLattice.Of(data.Level, data.TenantId, snapshot));
}
