using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Simulation;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Corpus;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.PolicyService.Violations;

internal static class ViolationEndpoints
{
    private const int MaxBoundaries = 50;
    private const int MaxCells = 20;

    private static readonly TimeSpan FurthestAhead = TimeSpan.FromDays(3660);

    public static void MapViolations(this IEndpointRouteBuilder app)
    {
        var violations = app.MapGroup("/residency/violations").WithTags("Residency violations")
            .RequireRoles(Roles.PolicyAdmin, Roles.Operator, Roles.ComplianceOfficer, Roles.Dpo);
        violations.MapGet("", List)
            .WithSummary("List residency violations")
            .DescribesPaging()
            .WithDescription("Stored data that would be rejected now, by tenant, type, level, origin and places; the newest first. An accepted violation is open again when its acceptance is over.");
        violations.MapGet("/{id:guid}", Get)
            .WithSummary("Read a residency violation")
            .WithDescription("What is wrong, since when and why, and what can be done, with its ETag.")
            .ProducesProblem(404);
        violations.MapGet("/{id:guid}/data", ListData)
            .WithSummary("List the data of a residency violation")
            .WithDescription("The ids of the data that lies there now.")
            .DescribesPaging()
            .ProducesProblem(404);
        violations.MapPost("/{id:guid}/accept", Accept)
            .RequireRoles(Roles.ComplianceOfficer, Roles.Dpo)
            .WithSummary("Accept a residency violation for a time")
            .WithDescription("Somebody of the tenant answers for it until a moment at most 366 days away. If-Match with the violation's ETag is required: what is accepted is the reason that you read. With another reason it is open again.")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422)
            .DescribesIfMatch();
        violations.MapGet("/upcoming", ListUpcoming)
            .WithSummary("What will become a violation, and when")
            .WithDescription("For each moment within a time (ISO 8601 duration, P90D where none is given) at which a policy, fact or mechanism starts or ends: how much stored data would be rejected from then on, and where it lies.")
            .ProducesProblem(422)
            .ProducesProblem(503);
    }

    private static async Task<Results<Ok<Page<ViolationView>>, ProblemHttpResult>> List(
        string? state, PageRequest page, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        ViolationState? wanted = state switch
        {
            "open" => ViolationState.Open,
            "accepted" => ViolationState.Accepted,
            "resolved" => ViolationState.Resolved,
            _ => null,
        };
        if (wanted is null && state is not null)
        {
            return Problems.Problem(422, ReasonCodes.InputInvalid, "state is not known; give open, accepted or resolved, or leave it out.");
        }

        Guid? before = page.After is null ? null : Guid.TryParse(page.After, out var id) ? id : throw PageRequest.BadCursor();
        var now = time.GetUtcNow();
        var rows = await ViolationTable.List(unit.Connection, wanted, now, before, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(page.Page([.. rows.Select(row => ViolationView.Of(row, now))], violation => violation.Id.ToString()));
    }

    private static async Task<Results<Ok<ViolationView>, ProblemHttpResult>> Get(
        Guid id, UnitOfWork unit, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await ViolationTable.Find(unit.Connection, id, toChange: false, cancellationToken) is not { } row)
        {
            return NotFound(id);
        }

        ETag.Set(response, row.Version);
        return TypedResults.Ok(ViolationView.Of(row, time.GetUtcNow()));
    }

    private static async Task<Results<Ok<Page<string>>, ProblemHttpResult>> ListData(Guid id, PageRequest page, UnitOfWork unit, CancellationToken cancellationToken)
    {
        if (await ViolationTable.Find(unit.Connection, id, toChange: false, cancellationToken) is not { } row)
        {
            return NotFound(id);
        }

        // What lies there after a violation is over is none of its data.
        var ids = row.ResolvedAt is null ? await CorpusTable.ListData(unit.Connection, row.CellId, page.After, page.Limit + 1, cancellationToken) : [];
        return TypedResults.Ok(page.Page(ids, dataId => dataId));
    }

    private static async Task<Results<Ok<ViolationView>, ProblemHttpResult>> Accept(
        Guid id, AcceptRequest request, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (user.Tenant() is null)
        {
            return Problems.Problem(403, "tenant-missing", "A violation is accepted by its tenant. Use a token of that tenant.");
        }

        if (await ViolationTable.Find(unit.Connection, id, toChange: true, cancellationToken) is not { } row)
        {
            return NotFound(id);
        }

        if (ETag.CheckIfMatch(http.Request, row.Version) is { } stale)
        {
            return stale;
        }

        var now = time.GetUtcNow();
        if (request.Check(now) is var (field, message))
        {
            return Problems.Problem(422, ReasonCodes.InputInvalid, message, new Dictionary<string, object?> { ["field"] = field });
        }

        if (row.ResolvedAt is not null)
        {
            return Problems.Problem(409, "violation-resolved", "This violation is over, and there is nothing to accept.");
        }

        var acceptance = new Acceptance(now, user.ToActor(), request.Until!.Value.ToUniversalTime(), request.Reason!);
        await ViolationTable.Accept(unit.Connection, id, acceptance, cancellationToken);
        unit.Publish(
            new ResidencyViolationAccepted
            {
                OccurredAt = now,
                TenantId = row.Violation.TenantId,
                Actor = acceptance.By,
                ViolationId = id,
                Until = acceptance.Until,
                Reason = acceptance.Reason,
            },
            new() { OrderKey = id.ToString() });
        ETag.Set(http.Response, row.Version + 1);
        return TypedResults.Ok(ViolationView.Of(row with { Version = row.Version + 1, Acceptance = acceptance }, now));
    }

    private static async Task<Results<Ok<UpcomingView>, ProblemHttpResult>> ListUpcoming(
        string? within, UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Durations.Read(within ?? "P90D") is not { } ahead || ahead > FurthestAhead)
        {
            return Problems.Problem(422, ReasonCodes.InputInvalid, $"within is no ISO 8601 duration of more than nothing and at most {FurthestAhead.TotalDays:0} days; give for example P90D.");
        }

        var epoch = await snapshots.Current(unit, cancellationToken);
        if (!epoch.RegionsKnown)
        {
            return Problems.Problem(503, "regions-unknown", "The regions are not known yet. Try again in a few seconds.");
        }

        var cells = await CorpusTable.Count(unit.Connection, cancellationToken);
        var until = time.GetUtcNow() + ahead;
        var (changes, stoppedAt) = Upcoming.Find(epoch.Policies, until, cells, MaxBoundaries);
        return TypedResults.Ok(new UpcomingView(epoch.Policies.Epoch, until, [.. changes.Select(change => UpcomingItem.Of(change, MaxCells))], stoppedAt));
    }

    private static ProblemHttpResult NotFound(Guid id) => Problems.NotFound("residency violation", id.ToString());
}
