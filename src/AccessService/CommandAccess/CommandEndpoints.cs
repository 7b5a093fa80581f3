using System.Security.Claims;
using System.Text.Json.Serialization;
using Sovereignty.AccessService.BrowseAccess;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Access;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.CommandAccess;

internal static class CommandEndpoints
{
    private const int LongestReason = 1000;

    public static void MapCommands(this IEndpointRouteBuilder access)
    {
        MapAnswer(access);
        Map(access, "/approve", "Decisions", "Approve a request", [Roles.Approver, Roles.Dpo, Roles.Legal], (body, http, desk, duration, cancellationToken) =>
            desk.Send(http, body.RequestId, (id, actor) => new DecideAccess(body.RequestId, id, actor, body.Reason, ApprovalDecision.Approve, duration), cancellationToken));
        Map(access, "/reject", "Decisions", "Reject a request", [Roles.Approver, Roles.Dpo, Roles.Legal], (body, http, desk, _, cancellationToken) =>
            desk.Send(http, body.RequestId, (id, actor) => new DecideAccess(body.RequestId, id, actor, body.Reason, ApprovalDecision.Deny, null), cancellationToken));
        Map(access, "/revoke", "Decisions", "Revoke a grant, or deny a request that still waits", [Roles.Approver, Roles.Dpo, Roles.Legal, Roles.PolicyAdmin, Roles.ComplianceOfficer], (body, http, desk, _, cancellationToken) =>
            desk.Send(http, body.RequestId, (id, actor) => new RevokeAccess(body.RequestId, id, actor, body.Reason), cancellationToken));
        Map(access, "/withdraw", "Requests", "Take a request back that still waits", [Roles.Requester], (body, http, desk, _, cancellationToken) =>
            desk.Send(http, body.RequestId, (id, actor) => new WithdrawAccess(body.RequestId, id, actor, body.Reason), cancellationToken));
        Map(access, "/give-back", "Grants", "Give a grant back before its end", [Roles.Requester], (body, http, desk, _, cancellationToken) =>
            desk.Send(http, body.RequestId, (id, actor) => new GiveBackAccess(body.RequestId, id, actor, body.Reason), cancellationToken));
    }

    private static void MapAnswer(IEndpointRouteBuilder access) =>
        access.MapGet("/commands/{id:guid}", (Guid id, HttpContext http, CommandDesk desk, CancellationToken cancellationToken) => desk.Find(http, id, cancellationToken))
            .WithMetadata(new WithoutUnitOfWork())
            .WithTags("Decisions")
            .WithSummary("How a command of yours was answered; 202 while it is not")
            .Produces<RequestView>()
            .Produces(StatusCodes.Status202Accepted)
            .ProducesProblem(404);

    private static void Map(
        IEndpointRouteBuilder access,
        string path,
        string tag,
        string summary,
        string[] roles,
        Func<CommandBody, HttpContext, CommandDesk, TimeSpan?, CancellationToken, Task<IResult>> send) =>
        access.MapPost(path, (CommandBody body, HttpContext http, CommandDesk desk, CancellationToken cancellationToken) =>
                Check(body, path == "/approve", http.User, out var duration) is { } problem ? Task.FromResult(problem) : send(body, http, desk, duration, cancellationToken))
            .RequireRoles(roles)
            .WithMetadata(new WithoutUnitOfWork())
            .WithTags(tag)
            .WithSummary(summary)
            .WithDescription("Answers with the request after the transition; 202 with a Location that tells the answer where that takes longer than two seconds. With the same Idempotency-Key a command counts once.")
            .Produces<RequestView>()
            .Produces(StatusCodes.Status202Accepted)
            .ProducesProblem(403)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422);

    private static IResult? Check(CommandBody body, bool approves, ClaimsPrincipal user, out TimeSpan? duration)
    {
        duration = body.Duration is null ? null : Durations.Read(body.Duration);
        if (!Texts.IsText(body.Reason, LongestReason))
        {
            return Problems.Problem(422, AccessCodes.InputInvalid, "reason is not valid: give 1 to 1,000 characters that say why.");
        }

        if (body.Duration is not null && !approves)
        {
            return Problems.Problem(422, AccessCodes.InputInvalid, "Only an approval may shorten the duration. Leave duration out.");
        }

        if (approves && user.Tenant() is null)
        {
            return Problems.Problem(403, "tenant-missing", "Access is approved within a tenant. Use a token of that tenant.");
        }

        return body.Duration is not null && !(duration > TimeSpan.Zero)
            ? Problems.Problem(422, AccessCodes.InputInvalid, "duration is not valid: give an ISO 8601 duration, for example PT1H, or leave it out.")
            : null;
    }
}

/// <summary>A word to one request.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CommandBody
{
    public required Guid RequestId { get; init; }

    public required string Reason { get; init; }

    /// <summary>Approve only: a shorter duration than asked for, ISO 8601.</summary>
    public string? Duration { get; init; }
}
