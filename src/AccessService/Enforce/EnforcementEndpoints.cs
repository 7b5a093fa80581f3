using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Sovereignty.Client;
using Sovereignty.Contracts.Access;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.Enforce;

internal static class EnforcementEndpoints
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    public static void AddEnforcement(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<EnforceOptions>().BindConfiguration(EnforceOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ReadDatabase>();
        builder.Services.AddSingleton<ChangeFeed>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ChangeFeed>());
        builder.Services.AddHostedService<SweepGrantChanges>();
    }

    public static void MapEnforcement(this IEndpointRouteBuilder access)
    {
        var enforcement = access.MapGroup("/enforcement").RequireRoles(Roles.Service).WithMetadata(new WithoutUnitOfWork()).WithTags("Enforcement");
        enforcement.MapGet("/snapshot", Snapshot)
            .WithSummary("The tenant's grants that have not ended, page after page")
            .WithDescription("Follow changes from the position of the first page. Pages are read one after the other; what changes meanwhile is among the changes.")
            .ProducesProblem(400);
        enforcement.MapGet("/changes", Changes)
            .WithSummary("Grants that changed since a position, as they are now; waits for the first")
            .WithDescription("`after` is the position of the answer before, `wait` an ISO 8601 duration of at most PT20S, PT0S by default. A grant may come again in a state that you have: the highest version counts. 410 `position-expired`: take a snapshot.")
            .ProducesProblem(400)
            .ProducesProblem(410)
            .ProducesProblem(503);
    }

    private static async Task<Results<Ok<GrantSnapshotPage>, ProblemHttpResult>> Snapshot(
        string? cursor, ClaimsPrincipal user, ReadDatabase database, IOptions<EnforceOptions> options, CancellationToken cancellationToken)
    {
        if (NoTenant(user) is { } problem)
        {
            return problem;
        }

        var after = Guid.Empty;
        if (cursor is not null && !Guid.TryParse(Cursor.Decode(cursor), out after))
        {
            throw PageRequest.BadCursor();
        }

        var count = options.Value.SnapshotPage;
        var (position, grants) = await database.Read(connection => GrantChangeQueries.Live(connection, user.Tenant()!, after, count, cancellationToken), cancellationToken);
        return TypedResults.Ok(new GrantSnapshotPage(position.ToString(), grants, grants.Count < count ? null : Cursor.Encode(grants[^1].RequestId.ToString())));
    }

    private static async Task<Results<Ok<GrantChangesPage>, ProblemHttpResult>> Changes(
        string after, string? wait, ClaimsPrincipal user, ChangeFeed feed, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        if (NoTenant(user) is { } problem)
        {
            return problem;
        }

        if (GrantPosition.Parse(after) is not { } position)
        {
            return Problems.Problem(400, "position-invalid", "after is no position that this service gave. Take that of the answer before, or of a snapshot's first page.");
        }

        if (Durations.Read(wait ?? "PT0S") is not { } duration || duration < TimeSpan.Zero || duration > LongestWait)
        {
            return Problems.Problem(400, AccessCodes.InputInvalid, "wait is not valid: give an ISO 8601 duration from PT0S to PT20S.");
        }

        try
        {
            return await feed.Wait(user.Tenant()!, position, duration, cancellationToken) is { } changes
                ? TypedResults.Ok(changes)
                : Problems.Problem(410, "position-expired", "Changes since that position are no longer kept. Take a snapshot, and follow from its position.");
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Problems.Problem(503, "service-stopping", "This instance stops. Ask again; another one answers, or this one once it is back.");
        }
    }

    private static ProblemHttpResult? NoTenant(ClaimsPrincipal user) =>
        user.TenantScope() is "" or Caller.AllTenants ? Problems.Problem(403, "tenant-missing", "Grants are those of a tenant. Use a token of that tenant.") : null;
}
