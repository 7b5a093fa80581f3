using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.AccessService.People;
using Sovereignty.Contracts.Access;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.Rules;

internal static class RuleEndpoints
{
    private static readonly string[] Readers = [Roles.PolicyAdmin, Roles.ComplianceOfficer, Roles.Approver, Roles.Dpo, Roles.Legal, Roles.Requester];

    public static void MapRules(this IEndpointRouteBuilder access)
    {
        var rules = access.MapGroup("/rules").WithTags("Approval rules");
        rules.MapGet("", List)
            .RequireRoles(Readers)
            .DescribesPaging()
            .WithSummary("List approval rules")
            .WithDescription("The latest version of each, retired ones included: the own tenant's and the platform's, all of them for policy administrators.");
        rules.MapPost("", Publish)
            .RequireRoles(Roles.PolicyAdmin, Roles.ComplianceOfficer)
            .WithSummary("Publish an approval rule")
            .WithDescription("Version 1. A compliance officer publishes for the own tenant, a policy administrator for any and for the platform. Refused where the directory names nobody who could decide by it.")
            .ProducesProblem(403)
            .ProducesProblem(409)
            .ProducesProblem(422);
        rules.MapGet("/{id:guid}", Get)
            .RequireRoles(Readers)
            .WithSummary("Read an approval rule")
            .WithDescription("The latest version, with its ETag.")
            .ProducesProblem(404);
        rules.MapPut("/{id:guid}", PublishNext)
            .RequireRoles(Roles.PolicyAdmin, Roles.ComplianceOfficer)
            .WithSummary("Publish the next version of an approval rule")
            .WithDescription("Requests that come are routed by it; those that wait keep the version they were routed by. The tenant stays. If-Match with the ETag of the latest version is required.")
            .ProducesProblem(403)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422)
            .DescribesIfMatch();
        rules.MapDelete("/{id:guid}", Retire)
            .RequireRoles(Roles.PolicyAdmin, Roles.ComplianceOfficer)
            .WithSummary("Retire an approval rule")
            .WithDescription("It applies to nothing from now on; its versions stay to be read. The platform's rule for everything cannot be retired. If-Match is required.")
            .ProducesProblem(403)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .DescribesIfMatch();
        rules.MapGet("/{id:guid}/versions", ListVersions)
            .RequireRoles(Readers)
            .DescribesPaging()
            .WithSummary("List the versions of an approval rule")
            .ProducesProblem(404);
    }

    private static async Task<Ok<Page<RuleView>>> List(PageRequest page, UnitOfWork unit, CancellationToken cancellationToken)
    {
        Guid? after = page.After is null ? null : Guid.TryParse(page.After, out var id) ? id : throw PageRequest.BadCursor();
        var rows = await RuleTable.ListLatest(unit.Connection, after, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(page.Page([.. rows.Select(RuleView.Of)], rule => rule.Id.ToString()));
    }

    private static async Task<Results<Ok<RuleView>, ProblemHttpResult>> Get(Guid id, UnitOfWork unit, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await RuleTable.FindLatest(unit.Connection, id, cancellationToken) is not { } row)
        {
            return NotFound(id);
        }

        ETag.Set(response, row.Rule.Version);
        return TypedResults.Ok(RuleView.Of(row));
    }

    private static async Task<Results<Ok<Page<RuleView>>, ProblemHttpResult>> ListVersions(Guid id, PageRequest page, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var after = page.After is null ? 0 : int.TryParse(page.After, CultureInfo.InvariantCulture, out var version) ? version : throw PageRequest.BadCursor();
        var rows = await RuleTable.ListVersions(unit.Connection, id, after, page.Limit + 1, cancellationToken);
        return rows.Count == 0 && after == 0
            ? NotFound(id)
            : TypedResults.Ok(page.Page([.. rows.Select(RuleView.Of)], rule => rule.Version.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<Results<Created<RuleView>, ProblemHttpResult>> Publish(
        RuleInput input, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        if (RefuseTenant(user, input.TenantId) is { } refusal)
        {
            return refusal;
        }

        await RuleTable.LockChanges(unit.Connection, cancellationToken);
        var row = RowOf(input.ToRule(Guid.CreateVersion7(time.Now()), 1), user, time);
        var (nobodyIn, problem) = await Check(input, row.Rule, unit, time.Now(), cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        await Save(row, unit, cancellationToken);
        ETag.Set(response, row.Rule.Version);
        return TypedResults.Created($"/access/rules/{row.Rule.Id}", RuleView.Of(row) with { NobodyIn = nobodyIn });
    }

    private static async Task<Results<Ok<RuleView>, ProblemHttpResult>> PublishNext(
        Guid id, RuleInput input, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        await RuleTable.LockChanges(unit.Connection, cancellationToken);
        var (latest, refusal) = await FindToChange(id, user, unit, http.Request, cancellationToken);
        if (latest is null)
        {
            return refusal!;
        }

        if (input.TenantId != latest.Rule.TenantId)
        {
            return Problems.Problem(422, "tenant-fixed", "The tenant of a rule stays. Send the tenantId that it has, or publish another rule.");
        }

        var row = RowOf(input.ToRule(id, latest.Rule.Version + 1), user, time);
        if (ApprovalRules.IsForEverything(latest.Rule) && !ApprovalRules.IsForEverything(row.Rule))
        {
            return Last();
        }

        var (nobodyIn, problem) = await Check(input, row.Rule, unit, time.Now(), cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        await Save(row, unit, cancellationToken);
        ETag.Set(http.Response, row.Rule.Version);
        return TypedResults.Ok(RuleView.Of(row) with { NobodyIn = nobodyIn });
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Retire(
        Guid id, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        await RuleTable.LockChanges(unit.Connection, cancellationToken);
        var (latest, refusal) = await FindToChange(id, user, unit, http.Request, cancellationToken);
        if (latest is null)
        {
            return refusal!;
        }

        if (ApprovalRules.IsForEverything(latest.Rule))
        {
            return Last();
        }

        await Save(RowOf(latest.Rule with { Version = latest.Rule.Version + 1 }, user, time) with { Retired = true }, unit, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<(RuleRow? Latest, ProblemHttpResult? Refusal)> FindToChange(
        Guid id, ClaimsPrincipal user, UnitOfWork unit, HttpRequest request, CancellationToken cancellationToken)
    {
        if (await RuleTable.FindLatest(unit.Connection, id, cancellationToken) is not { } latest)
        {
            return (null, NotFound(id));
        }

        var refusal = RefuseTenant(user, latest.Rule.TenantId) ?? ETag.CheckIfMatch(request, latest.Rule.Version);
        if (refusal is null && latest.Retired)
        {
            refusal = Problems.Problem(409, "rule-retired", "This rule is retired and cannot change. Publish another.");
        }

        return refusal is null ? (latest, null) : (null, refusal);
    }

    private static ProblemHttpResult? RefuseTenant(ClaimsPrincipal user, string? tenantId) => user.Tenant() switch
    {
        null when user.IsInRole(Roles.PolicyAdmin) => null,
        null => Problems.Problem(403, "tenant-missing", "Your token names no tenant. Use a token of the tenant whose rule it is."),
        _ when !user.IsInRole(Roles.ComplianceOfficer) => Problems.Problem(403, "role-missing", "The rules of a tenant are its compliance officer's."),
        _ when tenantId is null => Problems.Problem(403, "role-missing", "The platform's rules are the policy administrator's. Give the tenantId of your tenant for a rule of your own."),
        var tenant when tenant != tenantId => Problems.NotFound("tenant", tenantId),
        _ => null,
    };

    private static async Task<(IReadOnlyList<Undecidable> NobodyIn, ProblemHttpResult? Problem)> Check(
        RuleInput input, ApprovalRule rule, UnitOfWork unit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (RuleChecks.Check(input).Refusal() is { } faulty)
        {
            return ([], faulty);
        }

        var inForce = await RuleTable.ListInForce(unit.Connection, rule.TenantId, cancellationToken);
        if (inForce.Find(other => other.Rule.Id != rule.Id && ApprovalRules.HaveSameScope(other.Rule, rule)) is { } same)
        {
            return ([], Problems.Problem(
                409,
                AccessCodes.RuleExists,
                $"Rule {same.Rule.Id} is for the same scope. Publish its next version, retire it, or choose another scope.",
                new Dictionary<string, object?> { ["ruleId"] = same.Rule.Id }));
        }

        var people = await PeopleTable.ListStandings(unit.Connection, rule.TenantId, now, cancellationToken);
        var (nobodyIn, everywhere) = Decidability.Of(rule, people);
        return everywhere ? ([], Nobody(rule, nobodyIn)) : (nobodyIn, null);
    }

    private static ProblemHttpResult Nobody(ApprovalRule rule, IReadOnlyList<Undecidable> nobodyIn)
    {
        var stage = nobodyIn.Select(place => place.Stage).FirstOrDefault() ?? rule.Stages[0].Name;
        return Problems.Problem(
            422,
            AccessCodes.NobodyCanApprove,
            $"The directory names too few people for stage '{stage}' in {(rule.SourceJurisdiction is { } source ? source : "every jurisdiction")}. Record people by PUT /access/people/{{subject}}, or ask others.",
            new Dictionary<string, object?> { ["stage"] = stage, ["nobodyIn"] = nobodyIn });
    }

    private static RuleRow RowOf(ApprovalRule rule, ClaimsPrincipal user, TimeProvider time) => new(rule, Retired: false, time.Now(), user.ToActor());

    private static async Task Save(RuleRow row, UnitOfWork unit, CancellationToken cancellationToken)
    {
        await RuleTable.Insert(unit.Connection, row, cancellationToken);
        unit.Publish(
            new ApprovalRuleChanged { OccurredAt = row.RecordedAt, TenantId = row.Rule.TenantId, Actor = row.RecordedBy, Rule = row.Rule, Retired = row.Retired },
            new() { OrderKey = row.Rule.Id.ToString() });
    }

    private static ProblemHttpResult Last() =>
        Problems.Problem(409, "rule-last", "This rule is for everything that no other rule is for. Publish its next version with the same scope; it can be neither narrowed nor retired.");

    private static ProblemHttpResult NotFound(Guid id) => Problems.NotFound("approval rule", id.ToString());
}
