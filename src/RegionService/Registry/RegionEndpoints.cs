using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Sovereignty.Contracts.Regions;
using Sovereignty.RegionService.Catalogue;
using Sovereignty.RegionService.Lifecycle;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.RegionService.Registry;

internal static class RegionEndpoints
{
    internal static void MapRegions(this WebApplication app)
    {
        var regions = app.MapGroup("/regions").WithTags("Regions");
        regions.MapGet("", List).DescribesPaging().ProducesProblem(400)
            .WithSummary("List regions")
            .WithDescription("By country, provider and state, in the order of their codes.");
        regions.MapGet("{id}", Get).ProducesProblem(404)
            .WithSummary("Read a region");
        regions.MapPost("", Register).RequireRoles(Roles.RegionAdmin).ProducesProblem(409).ProducesProblem(422)
            .WithSummary("Register a region")
            .WithDescription("It begins as proposed. A code that is retired may be registered again.");
        regions.MapPut("{id}", Change).RequireRoles(Roles.RegionAdmin).DescribesIfMatch().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .WithSummary("Change a region")
            .WithDescription("Replaces the description whole, and moves the region to another state of its life where one is given.");
        regions.MapDelete("{id}", Retire).RequireRoles(Roles.RegionAdmin).DescribesIfMatch().ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Retire a region")
            .WithDescription("One that may hold data drains first. Its history stays.");
    }

    private static async Task<Results<Ok<Page<Region>>, ProblemHttpResult>> List(
        string? country, string? provider, string? state, PageRequest page, RegionDbContext db, CancellationToken cancellationToken)
    {
        var query = db.Regions.AsNoTracking();
        if (country is not null)
        {
            query = query.Where(row => row.Country == country);
        }

        if (provider is not null)
        {
            query = query.Where(row => row.Provider == provider);
        }

        if (state is not null)
        {
            if (RegionStates.Find(state) is not { } wanted)
            {
                return Problems.Problem(400, "state-unknown", $"There is no state '{state}'. States: {string.Join(", ", RegionStates.Names)}.");
            }

            query = query.Where(row => row.State == wanted);
        }

        if (page.After is { } after)
        {
            query = query.Where(row => string.Compare(row.Code, after) > 0);
        }

        var rows = await query.OrderBy(row => row.Code).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(page.Page([.. rows.Select(row => row.ToContract())], region => region.Code));
    }

    private static async Task<Results<Ok<Region>, ProblemHttpResult>> Get(
        string id, RegionDbContext db, HttpResponse response, CancellationToken cancellationToken) =>
        await db.Regions.AsNoTracking().SingleOrDefaultAsync(row => row.Code == id, cancellationToken) is { } row
            ? Answer(row, response)
            : Problems.NotFound("region", id);

    private static async Task<Results<Created<Region>, ProblemHttpResult>> Register(
        RegisterRegion asked,
        ProviderCatalogue catalogue,
        RegionDbContext db,
        RegionJournal journal,
        TimeProvider time,
        ClaimsPrincipal user,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        if (RegionRules.Check(asked, catalogue) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var row = await db.FindForChange(asked.Code, cancellationToken);
        if (row is null)
        {
            row = RegionRow.Register(asked, time.GetUtcNow());
            db.Regions.Add(row);
        }
        else if (row.State is RegionState.Retired)
        {
            row.RegisterAgain(asked, time.GetUtcNow());
        }
        else
        {
            return Problems.Problem(409, "region-exists",
                $"'{asked.Code}' is registered already and is {RegionLifecycle.Name(row.State)}. Change it with PUT /regions/{asked.Code}.");
        }

        await journal.Registered(row, user.ToActor(), cancellationToken);
        ETag.Set(response, row.Version);
        return TypedResults.Created($"/regions/{row.Code}", row.ToContract());
    }

    private static async Task<Results<Ok<Region>, ProblemHttpResult>> Change(
        string id,
        ChangeRegion asked,
        ProviderCatalogue catalogue,
        RegionDbContext db,
        RegionJournal journal,
        TimeProvider time,
        ClaimsPrincipal user,
        HttpRequest request,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        if (await db.FindForChange(id, cancellationToken) is not { } row)
        {
            return Problems.NotFound("region", id);
        }

        if (ETag.CheckIfMatch(request, row.Version) is { } stale)
        {
            return stale;
        }

        asked = asked.Over(row);
        var previous = row.State;
        var next = asked.State ?? previous;
        var refusal = RegionRules.Check(asked, id, catalogue)
            ?? (next != previous || previous is RegionState.Retired ? RegionLifecycle.Decide(previous, next) : null);
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        var actor = user.ToActor();
        if (row.Describe(asked, time.GetUtcNow()))
        {
            await journal.Updated(row, actor, asked.Reason, cancellationToken);
        }

        if (next != previous)
        {
            row.MoveTo(next, time.GetUtcNow());
            await journal.Moved(row, previous, actor, asked.Reason, cancellationToken);
        }

        return Answer(row, response);
    }

    private static async Task<Results<Ok<Region>, ProblemHttpResult>> Retire(
        string id,
        RegionDbContext db,
        RegionJournal journal,
        TimeProvider time,
        ClaimsPrincipal user,
        HttpRequest request,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        if (await db.FindForChange(id, cancellationToken) is not { } row)
        {
            return Problems.NotFound("region", id);
        }

        if (ETag.CheckIfMatch(request, row.Version) is { } stale)
        {
            return stale;
        }

        var previous = row.State;
        if (RegionLifecycle.Decide(previous, RegionState.Retired) is { } refusal)
        {
            return refusal.ToProblem();
        }

        row.MoveTo(RegionState.Retired, time.GetUtcNow());
        await journal.Moved(row, previous, user.ToActor(), null, cancellationToken);
        return Answer(row, response);
    }

    private static Ok<Region> Answer(RegionRow row, HttpResponse response)
    {
        ETag.Set(response, row.Version);
        return TypedResults.Ok(row.ToContract());
    }
}
