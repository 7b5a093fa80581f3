using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.CheckAccess;

internal static class CheckEndpoints
{
    public static void MapCheck(this IEndpointRouteBuilder access)
    {
        access.MapPost("/check", Check)
            .RequireRoles(Roles.Service, Roles.ComplianceOfficer, Roles.Requester)
            .WithTags("Enforcement")
            .WithSummary("Whether a grant covers a use of data now")
            .WithDescription("Reads only. A requester asks about the own grants; services and compliance officers about anyone's of their tenant.")
            .ProducesProblem(422);
        access.MapPost("/use", Use)
            .RequireRoles(Roles.Service)
            .WithTags("Enforcement")
            .WithSummary("Check, and record the use or its refusal in the audit log")
            .ProducesProblem(422);
    }

    private static async Task<Results<Ok<CheckView>, ProblemHttpResult>> Check(
        CheckBody body, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Problem(body, user) is { } problem)
        {
            return problem;
        }

        var (answer, _) = await Decide(body, user, unit, time, cancellationToken);
        return TypedResults.Ok(CheckView.Of(answer));
    }

    private static async Task<Results<Ok<CheckView>, ProblemHttpResult>> Use(
        CheckBody body, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Problem(body, user) is { } problem)
        {
            return problem;
        }

        var (answer, now) = await Decide(body, user, unit, time, cancellationToken);
        if (answer.GrantedBy is { } grant)
        {
            unit.Publish(new AccessUsed
            {
                OccurredAt = now,
                TenantId = grant.TenantId,
                Actor = grant.Requester,
                GrantId = grant.Grant!.Id,
                RequestId = grant.CorrelationId,
                DataId = body.DataId,
                Region = body.Region,
                Purpose = body.Purpose,
                Action = body.Action,
                Records = body.Records,
                Bytes = body.Bytes,
                Subjects = body.Subjects,
                ReportedBy = user.ToActor(),
            });
        }
        else
        {
            unit.Publish(new AccessUseRefused
            {
                OccurredAt = now,
                TenantId = user.Tenant(),
                Actor = new Actor { Issuer = user.ToActor().Issuer, Subject = body.Subject },
                DataId = body.DataId,
                Region = body.Region,
                Purpose = body.Purpose,
                Action = body.Action,
                Code = answer.Code,
                ReportedBy = user.ToActor(),
            });
        }

        return TypedResults.Ok(CheckView.Of(answer));
    }

    private static async Task<(AccessAnswer Answer, DateTimeOffset Now)> Decide(
        CheckBody body, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        var grants = await GrantQueries.For(unit.Connection, user.Tenant()!, body.Subject, body.DataId, cancellationToken);
        var now = time.Now();
        return (GrantCheck.Decide(grants, new(body.Subject, body.DataId, body.Region, body.Purpose, body.Action), now), now);
    }

    private static ProblemHttpResult? Problem(CheckBody body, ClaimsPrincipal user)
    {
        if (user.Tenant() is null)
        {
            return Problems.Problem(403, "tenant-missing", "Access is checked within a tenant. Use a token of that tenant.");
        }

        foreach (var (name, value) in new[] { ("subject", body.Subject), ("dataId", body.DataId), ("region", body.Region), ("purpose", body.Purpose), ("action", body.Action) })
        {
            if (!Texts.IsLine(value, 200))
            {
                return Problems.Problem(422, AccessCodes.InputInvalid, $"{name} is not valid: give 1 to 200 characters.");
            }
        }

        if (body.Records < 0 || body.Bytes < 0 || body.Subjects < 0)
        {
            return Problems.Problem(422, AccessCodes.InputInvalid, "records, bytes and subjects are counts: give 0 or more, or leave them out.");
        }

        var asksForOthers = body.Subject != user.ToActor().Subject && !user.IsInRole(Roles.Service) && !user.IsInRole(Roles.ComplianceOfficer);
        return asksForOthers ? Problems.Problem(403, "subject-not-yours", "You may ask about your own access only.") : null;
    }
}

/// <summary>A use of data that is about to happen.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CheckBody
{
    /// <summary>The person, as the <c>sub</c> of the token.</summary>
    public required string Subject { get; init; }

    public required string DataId { get; init; }

    /// <summary>The region through which the data is seen.</summary>
    public required string Region { get; init; }

    public required string Purpose { get; init; }

    public required string Action { get; init; }

    public long? Records { get; init; }

    public long? Bytes { get; init; }

    public long? Subjects { get; init; }
}

/// <param name="Allowed">Whether the data may be used so now.</param>
/// <param name="Code">Why, or why not.</param>
/// <param name="GrantId">The grant that covers it.</param>
/// <param name="Until">The end of that grant.</param>
internal sealed record CheckView(bool Allowed, string Code, Guid? GrantId, DateTimeOffset? Until)
{
    public static CheckView Of(AccessAnswer answer) => new(answer.Allowed, answer.Code, answer.GrantedBy?.Grant!.Id, answer.GrantedBy?.Grant!.EndsAt);
}
