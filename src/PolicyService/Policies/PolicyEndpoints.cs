using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.PolicyService.Provisions;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.PolicyService.Policies;

internal static class PolicyEndpoints
{
    public static void MapPolicies(this IEndpointRouteBuilder app)
    {
        var policies = app.MapGroup("/residency/policies").WithTags("Residency policies");
        policies.MapGet("", List)
            .WithSummary("List residency policies")
            .DescribesPaging()
            .WithDescription("The latest version of each policy, retired ones included: a tenant's own and the platform's, all of them for platform staff.");
        policies.MapPost("", Publish)
            .RequireRoles(Roles.PolicyAdmin, Roles.ComplianceOfficer)
            .WithSummary("Publish a residency policy")
            .WithDescription("Publishes version 1. A compliance officer publishes for the own tenant, a policy administrator for any and for the platform. Two policies of one level (tenant and data type) must not overlap in time.")
            .ProducesProblem(409)
            .ProducesProblem(422);
        policies.MapPost("/check", TryOut)
            .RequireRoles(Roles.PolicyAdmin, Roles.ComplianceOfficer)
            .WithSummary("Check a residency policy without publishing it")
            .WithDescription("What publishing it would break, leave open and change: gaps, shadowed versions, regions without failover, what it newly permits and no longer permits. ?id= says which policy it would be the next version of.")
            .ProducesProblem(409)
            .ProducesProblem(422);
        policies.MapGet("/{id:guid}", Get)
            .WithSummary("Read a residency policy")
            .WithDescription("The latest version, with its ETag.")
            .ProducesProblem(404);
        policies.MapPut("/{id:guid}", PublishNext)
            .RequireRoles(Roles.PolicyAdmin, Roles.ComplianceOfficer)
            .WithSummary("Publish the next version of a residency policy")
            .WithDescription("The next version replaces the one before from its validFrom. Tenant and data type stay. If-Match with the ETag of the latest version is required.")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422)
            .DescribesIfMatch();
        policies.MapDelete("/{id:guid}", Retire)
            .RequireRoles(Roles.PolicyAdmin, Roles.ComplianceOfficer)
            .WithSummary("Retire a residency policy")
            .WithDescription("It applies no more from now on; its versions stay to be read. If-Match is required.")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .DescribesIfMatch();
        policies.MapGet("/{id:guid}/versions", ListVersions)
            .WithSummary("List the versions of a residency policy")
            .DescribesPaging()
            .ProducesProblem(404);
    }

    private static async Task<Ok<Page<PolicyView>>> List(PageRequest page, UnitOfWork unit, CancellationToken cancellationToken)
    {
        Guid? after = page.After is null ? null : Guid.TryParse(page.After, out var id) ? id : throw PageRequest.BadCursor();
        var rows = await PolicyTable.ListLatest(unit.Connection, after, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(page.Page([.. rows.Select(PolicyView.Of)], policy => policy.Id.ToString()));
    }

    private static async Task<Results<Ok<PolicyView>, ProblemHttpResult>> Get(Guid id, UnitOfWork unit, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await PolicyTable.FindLatest(unit.Connection, id, cancellationToken) is not { } row)
        {
            return NotFound(id);
        }

        ETag.Set(response, row.Policy.Version);
        return TypedResults.Ok(PolicyView.Of(row));
    }

    private static async Task<Results<Ok<Page<PolicyView>>, ProblemHttpResult>> ListVersions(Guid id, PageRequest page, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var after = page.After is null ? 0 : int.TryParse(page.After, CultureInfo.InvariantCulture, out var version) ? version : throw PageRequest.BadCursor();
        var rows = await PolicyTable.ListVersions(unit.Connection, id, after, page.Limit + 1, cancellationToken);
        if (rows.Count == 0 && await PolicyTable.FindLatest(unit.Connection, id, cancellationToken) is null)
        {
            return NotFound(id);
        }

        return TypedResults.Ok(page.Page([.. rows.Select(PolicyView.Of)], policy => policy.Version.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<Results<Ok<Page<PublishingFinding>>, ProblemHttpResult>> TryOut(
        PolicyRequest request, Guid? id, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, CancellationToken cancellationToken)
    {
        if (RefuseTenant(user, request.TenantId) is { } refusal)
        {
            return refusal;
        }

        if (id is { } known && (await PolicyTable.FindLatest(unit.Connection, known, cancellationToken))?.Policy is var policy
            && (policy is null || policy.TenantId != request.TenantId || policy.DataType != request.DataType))
        {
            return NotFound(known);
        }

        var (findings, problem) = Check(request, id, await snapshots.Current(unit, cancellationToken), time.GetUtcNow());
        return problem is null ? TypedResults.Ok(new Page<PublishingFinding>(findings, NextCursor: null)) : problem;
    }

    private static async Task<Results<Created<PolicyView>, ProblemHttpResult>> Publish(
        PolicyRequest request, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        if (RefuseTenant(user, request.TenantId) is { } refusal)
        {
            return refusal;
        }

        var (findings, problem) = await snapshots.LockAfter(unit, epoch => Check(request, id: null, epoch, time.GetUtcNow()), cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        var row = RowOf(request, Guid.CreateVersion7(time.GetUtcNow()), 1, user, time);
        if (await FindOverlap(unit.Connection, [row.Policy], cancellationToken) is { } overlap)
        {
            return overlap;
        }

        await Save(row, unit, snapshots, cancellationToken);
        ETag.Set(response, row.Policy.Version);
        return TypedResults.Created($"/residency/policies/{row.Policy.Id}", PolicyView.Of(row) with { Findings = findings });
    }

    private static async Task<Results<Ok<PolicyView>, ProblemHttpResult>> PublishNext(
        Guid id, PolicyRequest request, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        var (findings, problem) = await snapshots.LockAfter(unit, epoch => Check(request, id, epoch, time.GetUtcNow()), cancellationToken);
        var (latest, refusal) = await FindToChange(id, user, unit, http.Request, cancellationToken);
        if (latest is null)
        {
            return refusal!;
        }

        if (request.TenantId != latest.Policy.TenantId || request.DataType != latest.Policy.DataType)
        {
            return Problems.Problem(422, "level-fixed", "tenantId and dataType of a policy stay. Send those it has, or publish another policy.");
        }

        if (problem is not null)
        {
            return problem;
        }

        var row = RowOf(request, id, latest.Policy.Version + 1, user, time);
        var earlier = await PolicyTable.ListVersions(unit.Connection, id, after: 0, limit: int.MaxValue, cancellationToken);
        if (await FindOverlap(unit.Connection, [.. earlier.Select(version => version.Policy), row.Policy], cancellationToken) is { } overlap)
        {
            return overlap;
        }

        await Save(row, unit, snapshots, cancellationToken);
        ETag.Set(http.Response, row.Policy.Version);
        return TypedResults.Ok(PolicyView.Of(row) with { Findings = findings });
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Retire(
        Guid id, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        await PolicySnapshots.Lock(unit, cancellationToken);
        var (latest, refusal) = await FindToChange(id, user, unit, http.Request, cancellationToken);
        if (latest is null)
        {
            return refusal!;
        }

        var now = time.GetUtcNow();
        await PolicyTable.Retire(unit.Connection, id, now, cancellationToken);
        var epoch = await snapshots.Begin(unit, cancellationToken);
        unit.Publish(
            new PolicyRetired { OccurredAt = now, TenantId = latest.Policy.TenantId, Actor = user.ToActor(), Policy = latest.Policy, Epoch = epoch },
            new() { OrderKey = id.ToString() });
        return TypedResults.NoContent();
    }

    private static async Task<(PolicyRow? Latest, ProblemHttpResult? Refusal)> FindToChange(
        Guid id, ClaimsPrincipal user, UnitOfWork unit, HttpRequest request, CancellationToken cancellationToken)
    {
        if (await PolicyTable.FindLatest(unit.Connection, id, cancellationToken) is not { } latest)
        {
            return (null, NotFound(id));
        }

        var refusal = RefuseTenant(user, latest.Policy.TenantId) ?? ETag.CheckIfMatch(request, latest.Policy.Version);
        if (refusal is null && latest.RetiredAt is not null)
        {
            refusal = Problems.Problem(409, "policy-retired", "This policy is retired and cannot change. Publish another.");
        }

        return refusal is null ? (latest, null) : (null, refusal);
    }

    private static ProblemHttpResult? RefuseTenant(ClaimsPrincipal user, string? tenantId) => user.Tenant() switch
    {
        null when user.IsInRole(Roles.PolicyAdmin) => null,
        null => Problems.Problem(403, "tenant-missing", "Your token names no tenant. Use a token of the tenant whose policy it is."),
        _ when tenantId is null => Problems.Problem(403, "role-missing", "The platform's policies are the policy administrator's. Give the tenantId of your tenant for a policy of your own."),
        var tenant when tenant != tenantId => Problems.NotFound("tenant", tenantId),
        _ => null,
    };

    private static (IReadOnlyList<PublishingFinding> Findings, ProblemHttpResult? Problem) Check(PolicyRequest request, Guid? id, EpochSnapshot epoch, DateTimeOffset now)
    {
        if (!epoch.RegionsKnown)
        {
            return ([], Problems.Problem(503, "regions-unknown", "The regions are not known yet. Try again in a few seconds."));
        }

        if (PolicyCheck.Check(request, epoch.Policies) is { } fault)
        {
            return ([], Problems.Problem(422, fault.Code, fault.Message, new Dictionary<string, object?> { ["field"] = fault.Field }));
        }

        var findings = PublishingChecks.Check(epoch.Policies, new() { Policies = [new(request, id)] }, now);
        IReadOnlyList<PublishingFinding> refusals = [.. findings.Where(finding => finding.Kind != FindingKinds.Overlap)];
        return (findings, refusals.Refusal("policy-impossible"));
    }

    private static async Task<ProblemHttpResult?> FindOverlap(NpgsqlConnection connection, IReadOnlyList<ResidencyPolicy> candidate, CancellationToken cancellationToken)
    {
        var level = await PolicyTable.ListLevel(connection, candidate[0].TenantId, candidate[0].DataType, cancellationToken);
        return PolicyOverlap.Find(candidate, level.Select(row => row.Policy).Where(policy => policy.Id != candidate[0].Id)) is { } other
            ? Problems.Problem(
                409,
                "policy-overlaps",
                $"Policy {other} applies to the same tenant and data type at the same time. Publish a version of that one, retire it, or choose another time.",
                new Dictionary<string, object?> { ["policyId"] = other })
            : null;
    }

    private static PolicyRow RowOf(PolicyRequest request, Guid id, int version, ClaimsPrincipal user, TimeProvider time) => new(
        request.ToPolicy(id, version),
        time.GetUtcNow(),
        user.ToActor(),
        RetiredAt: null);

    private static async Task Save(PolicyRow row, UnitOfWork unit, PolicySnapshots snapshots, CancellationToken cancellationToken)
    {
        await PolicyTable.Insert(unit.Connection, row, cancellationToken);
        var epoch = await snapshots.Begin(unit, cancellationToken);
        unit.Publish(
            new PolicyPublished { OccurredAt = row.PublishedAt, TenantId = row.Policy.TenantId, Actor = row.PublishedBy, Policy = row.Policy, Epoch = epoch },
            new() { OrderKey = row.Policy.Id.ToString() });
    }

    private static ProblemHttpResult NotFound(Guid id) => Problems.NotFound("residency policy", id.ToString());
}
