using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Sovereignty.AccessService.BrowseAccess;
using Sovereignty.AccessService.People;
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
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan SlowestPoll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SentAgainAfter = TimeSpan.FromSeconds(30);

    public async Task<IResult> Send<T>(HttpContext http, Guid requestId, Func<Guid, Actor, T> create, CancellationToken cancellationToken)
        where T : class, IAccessCommand
    {
        var user = http.User;
        await unit.BeginForTenant(user.TenantScope(), cancellationToken);
        if (await requests.Find(unit, requestId, cancellationToken) is not { } request || !await MayKnow(user, request, cancellationToken))
        {
            return Problems.NotFound("access request", requestId.ToString());
        }

        if (CommandId(http) is not { } commandId)
        {
            return Problems.Problem(400, "request-invalid", "The Idempotency-Key must be 1 to 200 visible ASCII characters, for example a UUID.");
        }

        var command = create(commandId, user.ToActor());
        var (hash, now) = (HashOf(command), time.Now());
        var first = await CommandTable.Record(unit.Connection, request, commandId, user.Key(), hash, now, cancellationToken);
        if (first is not null && !first.ContentHash.AsSpan().SequenceEqual(hash))
        {
            return Problems.Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another command. Take a new key for a new command.");
        }

        // One that is still without an answer after so long may have ended in an error queue: the saga takes its id once.
        if (first is null || (first.AnsweredAt is null && now - first.SentAt > SentAgainAfter))
        {
            unit.Send(Service.RequestQueue, command, new() { MessageId = commandId, OrderKey = requestId.ToString() });
            await unit.Commit(cancellationToken);
        }
        else
        {
            await unit.DisposeAsync();
        }

        return await Await(http, requestId, commandId, cancellationToken);
    }

    /// <summary>How a command was answered, for whoever sent it.</summary>
    public async Task<IResult> Find(HttpContext http, Guid commandId, CancellationToken cancellationToken)
    {
        await unit.BeginForTenant(http.User.TenantScope(), cancellationToken);
        var command = await CommandTable.Find(unit.Connection, commandId, cancellationToken);
        if (command is null || command.Caller != http.User.Key() || await requests.Find(unit, command.RequestId, cancellationToken) is not { } request)
        {
            return Problems.NotFound("command", commandId.ToString());
        }

        return command.AnsweredAt is null
            ? Accepted(command.RequestId, commandId)
            : Answer(http, request, command, await Visibility.Of(http.User, unit, time.Now(), cancellationToken));
    }

    private async Task<IResult> Await(HttpContext http, Guid requestId, Guid commandId, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        for (var wait = FirstPoll; ; wait = wait < SlowestPoll ? wait * 1.5 : SlowestPoll)
        {
            await unit.BeginForTenant(http.User.TenantScope(), cancellationToken);
            var answer = await CommandTable.Find(unit.Connection, commandId, cancellationToken);
            var request = answer?.AnsweredAt is null ? null : await requests.Find(unit, requestId, cancellationToken);
            var visibility = request is null ? null : await Visibility.Of(http.User, unit, time.Now(), cancellationToken);
            await unit.DisposeAsync();
            if (request is not null)
            {
                return Answer(http, request, answer!, visibility!);
            }

            if (time.GetElapsedTime(begun) >= LongestWait)
            {
                return Accepted(requestId, commandId);
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private static IResult Accepted(Guid requestId, Guid commandId) => Results.Accepted($"/access/commands/{commandId}", new { requestId, commandId });

    private IResult Answer(HttpContext http, AccessRequest request, CommandRow answer, Visibility visibility)
    {
        if (!visibility.Sees(request))
        {
            return answer.Code switch
            {
                null => Results.Ok(new { requestId = request.CorrelationId, version = request.Version }),
                AccessCodes.WrongJurisdiction => Problems.Problem(403, answer.Code, "This is decided by approvers in the jurisdiction where the data is."),
                AccessCodes.StandingMissing => Problems.Problem(403, answer.Code, answer.Reason!),
                _ => Problems.Problem(CommandStatus.Of(answer.Code), answer.Code, "The command was refused, and the request is not yours to see. Whoever may see it can say more."),
            };
        }

        var view = RequestView.Of(request, time.Now());
        if (answer.Code is null)
        {
            ETag.Set(http.Response, view.Version);
            return Results.Ok(view);
        }

        return Problems.Problem(CommandStatus.Of(answer.Code), answer.Code, answer.Reason!, view.AsItStands());
    }

    // An approver of another jurisdiction learns that it is not theirs, a stranger nothing.
    private async Task<bool> MayKnow(ClaimsPrincipal user, AccessRequest request, CancellationToken cancellationToken) =>
        Standing.DecidingRoles.Any(user.IsInRole) || (await Visibility.Of(user, unit, time.Now(), cancellationToken)).Sees(request);

    private static byte[] HashOf(IAccessCommand command) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{command.Name}\n{command.RequestId}\n{(command as DecideAccess)?.Duration}\n{command.Reason}"));

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
            : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{http.User.Key()}\n{key}")).AsSpan(0, 16));
    }
}

internal static class CommandStatus
{
    /// <summary>The HTTP status of a refusal.</summary>
    public static int Of(string code) => code switch
    {
        AccessCodes.SelfApproval or AccessCodes.RoleMissing or AccessCodes.WrongJurisdiction or AccessCodes.NotTheRequester or AccessCodes.StandingMissing => 403,
        AccessCodes.DurationExtended or AccessCodes.MechanismInvalid or AccessCodes.InputInvalid => 422,
        _ => 409,
    };
}
