using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sovereignty.AccessService.BrowseAccess;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.CommandAccess;

/// <summary>
/// Takes a person's command: written down and sent to the saga in one transaction, then awaited for a moment. The saga
/// decides, in this instance of the service or another; its answer is read from the database.
/// </summary>
internal sealed class CommandDesk(UnitOfWork unit, SagaTable<AccessRequest> requests, TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(15);

    public async Task<IResult> Send<T>(HttpContext http, Guid requestId, Func<Guid, Actor, T> command, CancellationToken cancellationToken)
        where T : class, IAccessCommand
    {
        var user = http.User;
        await unit.BeginForTenant(user.TenantScope(), cancellationToken);
        if (await requests.Find(unit, requestId, cancellationToken) is not { } request || !MayKnow(user, request))
        {
            return Problems.NotFound("access request", requestId.ToString());
        }

        if (CommandId(http) is not { } commandId)
        {
            return Problems.Problem(400, "request-invalid", "The Idempotency-Key must be 1 to 200 visible ASCII characters, for example a UUID.");
        }

        var content = command(commandId, user.ToActor());
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, ContractJson.Options));
        var first = await CommandTable.Record(unit.Connection, request, commandId, hash, time.Now(), cancellationToken);
        if (first is null)
        {
            unit.Send(Service.RequestQueue, content, new() { MessageId = commandId, OrderKey = requestId.ToString() });
            await unit.Commit(cancellationToken);
        }
        else if (!first.AsSpan().SequenceEqual(hash))
        {
            return Problems.Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another command. Take a new key for a new command.");
        }
        else
        {
            await unit.DisposeAsync();
        }

        return await Answer(http, requestId, commandId, cancellationToken);
    }

    private async Task<IResult> Answer(HttpContext http, Guid requestId, Guid commandId, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            await unit.BeginForTenant(http.User.TenantScope(), cancellationToken);
            var answer = await CommandTable.Find(unit.Connection, commandId, cancellationToken);
            var request = answer is null ? null : await requests.Find(unit, requestId, cancellationToken);
            await unit.DisposeAsync();
            if (request is not null)
            {
                return Answer(http, RequestView.Of(request, time.Now()), answer!);
            }

            if (time.GetElapsedTime(begun) >= LongestWait)
            {
                return Results.Accepted($"/access/requests/{requestId}", new { requestId, commandId });
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    private static IResult Answer(HttpContext http, RequestView request, CommandAnswer answer)
    {
        if (answer.Code is null)
        {
            ETag.Set(http.Response, request.Version);
            return Results.Ok(request);
        }

        return Problems.Problem(CommandStatus.Of(answer.Code), answer.Code, answer.Reason!, new Dictionary<string, object?>
        {
            ["requestId"] = request.RequestId,
            ["state"] = request.State,
            ["version"] = request.Version,
            ["decidedBy"] = request.DecidedBy?.Subject,
            ["decidedAt"] = request.DecidedAt,
        });
    }

    // An approver of another jurisdiction is told so, a stranger nothing.
    private static bool MayKnow(ClaimsPrincipal user, AccessRequest request) =>
        Visibility.Of(user).Sees(request) || user.IsInRole(Roles.Approver) || user.IsInRole(Roles.Dpo);

    /// <summary>The same for the same caller and Idempotency-Key; a new one without a key; null for a key that cannot be one.</summary>
    private static Guid? CommandId(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue("Idempotency-Key", out var values))
        {
            return Guid.CreateVersion7();
        }

        var key = values.ToString();
        return key.Length is 0 or > 200 || key.Any(character => character is < '!' or > '~')
            ? null
            : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{http.User.Key()}\n{http.Request.Path}\n{key}")).AsSpan(0, 16));
    }
}

internal static class CommandStatus
{
    /// <summary>The HTTP status of a refusal.</summary>
    public static int Of(string code) => code switch
    {
        AccessCodes.SelfApproval or AccessCodes.RoleMissing or AccessCodes.WrongJurisdiction or AccessCodes.NotTheRequester => 403,
        AccessCodes.DurationExtended or AccessCodes.MechanismInvalid or AccessCodes.InputInvalid => 422,
        _ => 409,
    };
}
