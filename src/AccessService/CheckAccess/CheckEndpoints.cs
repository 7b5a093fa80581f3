using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.AccessService.Enforce;
using Sovereignty.AccessService.Requests;
using Sovereignty.Client;
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
            .WithMetadata(new WithoutUnitOfWork())
            .WithTags("Enforcement")
            .WithSummary("Whether a grant covers a use of data now")
            .WithDescription("Reads only, and answers anew each time: an Idempotency-Key makes no difference. A requester asks about the own grants; services and compliance officers about anyone's of their tenant. A grant with a budget answers use-required.")
            .ProducesProblem(422);
        access.MapPost("/use", Use)
            .RequireRoles(Roles.Service)
            .WithTags("Enforcement")
            .WithSummary("Check, count against the grant's budget, and record the use or its refusal in the audit log")
            .WithDescription("Sent again with the same Idempotency-Key it counts once, and its first answer is given again (Idempotency-Replayed): that answer is for that one use. More than what is left of a budget is refused and counts nothing.")
            .ProducesProblem(422);
    }

    private static async Task<Results<Ok<CheckView>, ProblemHttpResult>> Check(
        CheckBody body, ClaimsPrincipal user, ReadDatabase database, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Problem(body, user) is { } problem)
        {
            return problem;
        }

        var requests = await database.Read(connection => GrantQueries.For(connection, user.Tenant()!, body.Subject, body.DataId, cancellationToken), cancellationToken);
        return TypedResults.Ok(CheckView.Of(GrantCheck.Check([.. requests.Select(request => GrantChanges.Grant(request)!)], body.Question(user.Tenant()!), time.Now())));
    }

    private static async Task<Results<Ok<CheckView>, ProblemHttpResult>> Use(
        CheckBody body, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Problem(body, user) is { } problem)
        {
            return problem;
        }

        var requests = await GrantQueries.For(unit.Connection, user.Tenant()!, body.Subject, body.DataId, cancellationToken);
        var now = time.Now();
        var (code, request) = await Take(requests, body, user.Tenant()!, unit, now, cancellationToken);
        if (request is not null)
        {
            unit.Publish(new AccessUsed
            {
                OccurredAt = now,
                TenantId = request.TenantId,
                Actor = request.Requester,
                GrantId = request.Grant!.Id,
                RequestId = request.CorrelationId,
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
                Code = code,
                ReportedBy = user.ToActor(),
            });
        }

        return TypedResults.Ok(new CheckView(request is not null, code, request?.Grant!.Id, request?.Grant!.EndsAt));
    }

    /// <summary>Takes the use from the first grant that covers it and has enough left; one without a budget comes first.</summary>
    private static async Task<(string Code, AccessRequest? Request)> Take(
        IReadOnlyList<AccessRequest> requests, CheckBody body, string tenantId, UnitOfWork unit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (left, refusal) = (requests.ToDictionary(request => request.CorrelationId), (string?)null);
        while (true)
        {
            var answer = GrantCheck.Check([.. left.Values.Select(request => GrantChanges.Grant(request)!)], body.Question(tenantId), now);
            if (answer.Grant is null)
            {
                return (refusal ?? answer.Code, null);
            }

            left.Remove(answer.Grant.RequestId, out var request);
            var taken = request!.Grant!.Budget is { } budget ? await GrantUses.Take(unit.Connection, request.Grant.Id, budget, body.Amounts, cancellationToken) : Taken.Whole;
            if (taken.Refusal is null)
            {
                if (taken.IsLast)
                {
                    unit.Send(Service.RequestQueue, new ExhaustGrant(request.CorrelationId, request.Grant.Id, request.Requester), new() { OrderKey = request.CorrelationId.ToString() });
                }

                return (AccessCodes.Granted, request);
            }

            refusal ??= taken.Refusal;
        }
    }

    private static ProblemHttpResult? Problem(CheckBody body, ClaimsPrincipal user)
    {
        if (user.TenantScope() is "" or Caller.AllTenants)
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

    [JsonIgnore]
    public AccessBudget Amounts => new() { Uses = 1, Records = Records, Bytes = Bytes, Subjects = Subjects };

    public AccessQuestion Question(string tenantId) => new(tenantId, Subject, DataId, Region, Purpose, Action);
}

/// <param name="Allowed">Whether the data may be used so now.</param>
/// <param name="Code">Why, or why not.</param>
/// <param name="GrantId">The grant that covers it.</param>
/// <param name="Until">The end of that grant.</param>
internal sealed record CheckView(bool Allowed, string Code, Guid? GrantId, DateTimeOffset? Until)
{
    public static CheckView Of(AccessAnswer answer) =>
        answer.Allowed ? new(true, answer.Code, answer.Grant!.GrantId, answer.Grant.EndsAt) : new(false, answer.Code, null, null);
}
