using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Publishing;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.PolicyService.Provisions;

internal static class RuleEndpoints
{
    public static void MapRules(this IEndpointRouteBuilder app)
    {
        var rules = app.MapGroup("/residency/rules").WithTags("Classification rules");
        rules.MapGet("", List)
            .WithSummary("List the classification rules")
            .WithDescription("What each of the five levels obliges to: the platform's rule, the retention that the tenant chose, and what both make together. Platform staff say whose with tenantId.");
        rules.MapGet("/{level}", Get)
            .WithSummary("Read the platform's rule for a level")
            .WithDescription("With its ETag.")
            .ProducesProblem(404);
        rules.MapPut("/{level}", Put)
            .RequireRoles(Roles.PolicyAdmin)
            .WithSummary("Change the platform's rule for a level")
            .WithDescription("Begins a policy epoch. obligations.retention holds for tenants without one of their own; tenantRetention is the range in which they may choose.")
            .ProducesProblem(404)
            .ProducesProblem(422)
            .DescribesIfMatch();
        rules.MapGet("/{level}/retention", GetRetention)
            .WithSummary("Read a tenant's retention for a level")
            .WithDescription("What the tenant chose, with its ETag; version 0 where it chose nothing and the platform's default holds.")
            .ProducesProblem(404);
        rules.MapPut("/{level}/retention", PutRetention)
            .RequireRoles(Roles.PolicyAdmin, Roles.ComplianceOfficer)
            .WithSummary("Choose a tenant's retention for a level")
            .WithDescription("How long the tenant keeps data of the level, as ISO 8601 durations; neither least nor most takes the choice back. Begins a policy epoch.")
            .ProducesProblem(404)
            .ProducesProblem(422)
            .DescribesIfMatch();
    }

    private static async Task<Results<Ok<Page<RuleView>>, ProblemHttpResult>> List(
        string? tenantId, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, CancellationToken cancellationToken)
    {
        if (tenantId is not null && user.Tenant() is { } own && own != tenantId)
        {
            return Problems.NotFound("tenant", tenantId);
        }

        var tenant = user.Tenant() ?? tenantId;
        var rules = await ProvisionTables.Rules.ListLatest(unit.Connection, tenantId: null, after: null, limit: int.MaxValue, cancellationToken);
        var chosen = tenant is null ? [] : await ProvisionTables.Retentions.ListLatest(unit.Connection, tenant, after: null, limit: int.MaxValue, cancellationToken);
        var snapshot = (await snapshots.Current(unit, cancellationToken)).Policies;
        return TypedResults.Ok(new Page<RuleView>(
            [
                .. rules.OrderBy(rule => rule.Body.Level).Select(rule => new RuleView(
                    rule.Body.Level,
                    rule.Version,
                    rule.Body,
                    tenant,
                    chosen.FirstOrDefault(choice => choice.Key == rule.Key)?.Body.Retention,
                    ObligationLattice.Of(rule.Body.Level, tenant ?? "", snapshot))),
            ],
            NextCursor: null));
    }

    private static async Task<Results<Ok<RuleView>, ProblemHttpResult>> Get(string level, UnitOfWork unit, PolicySnapshots snapshots, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await Find(level, unit, cancellationToken) is not { } row)
        {
            return NotFound(level);
        }

        ETag.Set(response, row.Version);
        return TypedResults.Ok(await View(row, unit, snapshots, cancellationToken));
    }

    private static async Task<Results<Ok<RuleView>, ProblemHttpResult>> Put(
        string level, ClassificationRule rule, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        var findings = await snapshots.LockAfter(unit, epoch => PublishingChecks.Check(epoch.Policies, new() { Rules = [new(rule)] }, time.GetUtcNow()), cancellationToken);
        if (await Find(level, unit, cancellationToken) is not { } latest)
        {
            return NotFound(level);
        }

        if (ETag.CheckIfMatch(http.Request, latest.Version) is { } stale)
        {
            return stale;
        }

        if (rule.Level != latest.Body.Level)
        {
            return Problems.Problem(422, "rule-invalid", "level is another than that of the address; send the same.", new Dictionary<string, object?> { ["field"] = "level" });
        }

        if (findings.Refusal("rule-invalid") is { } refused)
        {
            return refused;
        }

        var row = latest with { Version = latest.Version + 1, Body = rule, RecordedAt = time.GetUtcNow(), RecordedBy = user.ToActor() };
        await ProvisionTables.Rules.Insert(unit.Connection, row, cancellationToken);
        unit.Publish(row.ToEvent(await snapshots.Begin(unit, cancellationToken)), new() { OrderKey = row.Key });
        ETag.Set(http.Response, row.Version);
        return TypedResults.Ok(await View(row, unit, snapshots, cancellationToken) with { Findings = findings });
    }

    private static async Task<Results<Ok<RetentionView>, ProblemHttpResult>> GetRetention(
        string level, string? tenantId, ClaimsPrincipal user, UnitOfWork unit, HttpResponse response, CancellationToken cancellationToken)
    {
        if (ClassificationLevels.Find(level) is not { } known)
        {
            return NotFound(level);
        }

        var (tenant, refusal) = TenantOf(tenantId, user);
        if (tenant is null)
        {
            return refusal!;
        }

        var row = await ProvisionTables.Retentions.FindLatest(unit.Connection, tenant, level, cancellationToken);
        ETag.Set(response, row?.Version ?? 0);
        return TypedResults.Ok(new RetentionView(tenant, known, row?.Version ?? 0, row?.Body.Retention));
    }

    private static async Task<Results<Ok<RetentionView>, ProblemHttpResult>> PutRetention(
        string level, RetentionRequest request, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (ClassificationLevels.Find(level) is not { } known)
        {
            return NotFound(level);
        }

        var (tenant, refusal) = TenantOf(request.TenantId, user);
        if (tenant is null)
        {
            return refusal!;
        }

        await PolicySnapshots.Lock(unit, cancellationToken);
        var latest = await ProvisionTables.Retentions.FindLatest(unit.Connection, tenant, level, cancellationToken);
        if (ETag.CheckIfMatch(http.Request, latest?.Version ?? 0) is { } stale)
        {
            return stale;
        }

        var chosen = request is { Least: null, Most: null } ? null : new Retention { Least = request.Least, Most = request.Most };
        var snapshot = (await snapshots.Current(unit, cancellationToken)).Policies;
        if (chosen is not null && RetentionCheck.Check(chosen, [.. snapshot.Rules.Where(rule => rule.Level == known)]) is { } fault)
        {
            return Invalid(fault);
        }

        var row = new Provision<RetentionRule>(tenant, level, (latest?.Version ?? 0) + 1, new() { TenantId = tenant, Level = known, Retention = chosen }, time.GetUtcNow(), user.ToActor());
        await ProvisionTables.Retentions.Insert(unit.Connection, row, cancellationToken);
        unit.Publish(row.ToEvent(await snapshots.Begin(unit, cancellationToken)), new() { OrderKey = $"{tenant}/{level}" });
        ETag.Set(http.Response, row.Version);
        return TypedResults.Ok(new RetentionView(tenant, known, row.Version, chosen));
    }

    private static async Task<Provision<ClassificationRule>?> Find(string level, UnitOfWork unit, CancellationToken cancellationToken) =>
        ClassificationLevels.Find(level) is null ? null : await ProvisionTables.Rules.FindLatest(unit.Connection, tenantId: null, level, cancellationToken);

    private static async Task<RuleView> View(Provision<ClassificationRule> row, UnitOfWork unit, PolicySnapshots snapshots, CancellationToken cancellationToken) =>
        new(row.Body.Level, row.Version, row.Body, TenantId: null, Retention: null, ObligationLattice.Of(row.Body.Level, "", (await snapshots.Current(unit, cancellationToken)).Policies));

    private static (string? Tenant, ProblemHttpResult? Refusal) TenantOf(string? tenantId, ClaimsPrincipal user)
    {
        if (user.Tenant() is { } own)
        {
            return tenantId is null || tenantId == own ? (own, null) : (null, Problems.NotFound("tenant", tenantId));
        }

        return Placement.IsTenant(tenantId)
            ? (tenantId, null)
            : (null, Problems.Problem(422, ReasonCodes.InputInvalid, "tenantId is missing or none; platform staff say whose retention they mean."));
    }

    private static ProblemHttpResult Invalid(PolicyFault fault) =>
        Problems.Problem(422, fault.Code, fault.Message, new Dictionary<string, object?> { ["field"] = fault.Field });

    private static ProblemHttpResult NotFound(string level) => Problems.NotFound("classification level", level);
}

/// <summary>The platform's rule for a level, what a tenant chose, and the obligations that both make.</summary>
internal sealed record RuleView(
    ClassificationLevel Level, int Version, ClassificationRule Rule, string? TenantId, Retention? Retention, Obligations? Obligations)
{
    /// <summary>After a change: what somebody should look at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PublishingFinding>? Findings { get; init; }
}

/// <summary>A tenant's choice for a level; version 0 where there is none.</summary>
internal sealed record RetentionView(string TenantId, ClassificationLevel Level, int Version, Retention? Retention);

/// <summary>How long a tenant keeps data of a level, as ISO 8601 durations. Without both, the platform's default.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RetentionRequest
{
    public string? TenantId { get; init; }

    public string? Least { get; init; }

    public string? Most { get; init; }
}
