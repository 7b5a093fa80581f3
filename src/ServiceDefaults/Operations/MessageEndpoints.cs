using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Operations;
using Sovereignty.Messaging;
using Sovereignty.Messaging.ErrorQueues;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.ServiceDefaults.Operations;

/// <summary>
/// Error queues for operators. Whatever shows or moves a message is recorded first, in a transaction of its own, while the
/// message is held: an action may then fail, but none goes unrecorded.
/// </summary>
internal static class MessageEndpoints
{
    private const int LongestReason = 1000;

    public static void MapMessageOperations(this IEndpointRouteBuilder app)
    {
        if (!app.ServiceProvider.GetRequiredService<IServiceProviderIsService>().IsService(typeof(ErrorQueueBrowser)))
        {
            return;
        }

        var messages = app.MapGroup("/operations/messages")
            .WithTags("Operations")
            .RequireRoles(Roles.Operator)
            .RequireAuthorization(policy => policy.RequireAssertion(context => context.User.IsPlatformStaff()))
            .WithMetadata(new WithoutUnitOfWork())
            .AddEndpointFilter(TellWhenTheBrokerIsAway)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        messages.MapGet("", List).WithSummary("Lists the error queues of this service");
        messages.MapGet("/{queue}", Browse).WithSummary("Lists the messages of an error queue, without their bodies");
        messages.MapGet("/{queue}/{id}", Show).WithSummary("Shows a message with its body; recorded in the audit log");
        messages.MapPost("/{queue}/redrive", RedriveAll).WithSummary("Sends up to 500 messages back to their queue; recorded in the audit log");
        messages.MapPost("/{queue}/{id}/redrive", Redrive).WithSummary("Sends a message back to its queue; recorded in the audit log");
        messages.MapPost("/{queue}/{id}/discard", Discard).WithSummary("Removes a message for good; recorded in the audit log");
    }

    private static async Task<Ok<ErrorQueueList>> List(ErrorQueueBrowser browser, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ErrorQueueList(browser.Service, [.. (await browser.List(cancellationToken)).Select(ErrorQueueView.Of)]));

    private static async Task<Results<Ok<ErrorMessageList>, ProblemHttpResult>> Browse(string queue, ErrorQueueBrowser browser, CancellationToken cancellationToken, int limit = 50)
    {
        if (limit is < 1 or > ErrorQueueBrowser.Most)
        {
            return Problems.Problem(400, "limit-invalid", $"The limit is a number from 1 to {ErrorQueueBrowser.Most}.");
        }

        return await browser.Browse(queue, limit, cancellationToken) is { } found
            ? TypedResults.Ok(new ErrorMessageList(queue, found.Queue.Count, found.Messages))
            : Problems.NotFound("error queue", queue);
    }

    private static async Task<Results<Ok<ErrorMessageView>, ProblemHttpResult>> Show(
        string queue, string id, ClaimsPrincipal user, ErrorQueueBrowser browser, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var held = await browser.Hold(queue, id, cancellationToken);
        if (held is not { Messages: [var message] })
        {
            return Missing(held, queue, id);
        }

        await Record(unit, [message], looked => new MessageInspected
        {
            OccurredAt = time.GetUtcNow(),
            TenantId = looked.TenantId,
            Actor = user.ToActor(),
            Service = browser.Service,
            Queue = queue,
            MessageId = looked.Id,
            MessageType = looked.Type,
        });
        var (headers, body) = held.Open(message);
        var json = Json(body);
        return TypedResults.Ok(new ErrorMessageView(queue, message, headers, json, json is null ? Convert.ToBase64String(body.Span) : null));
    }

    private static Task<Results<Ok<MessageActionResult>, ProblemHttpResult>> RedriveAll(
        string queue, MessageActionRequest? request, ClaimsPrincipal user, ErrorQueueBrowser browser, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken) =>
        Redrive(queue, null, request, user, browser, unit, time, cancellationToken);

    private static async Task<Results<Ok<MessageActionResult>, ProblemHttpResult>> Redrive(
        string queue, string? id, MessageActionRequest? request, ClaimsPrincipal user, ErrorQueueBrowser browser, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        var reason = request?.Reason;
        if (reason is not null && !IsReason(reason))
        {
            return WrongReason();
        }

        return await Act(queue, id, browser, unit, held => held.Redrive(CancellationToken.None), Event, cancellationToken);

        MessageRedriven Event(ErrorMessage message, string code) => new()
        {
            OccurredAt = time.GetUtcNow(),
            TenantId = message.TenantId,
            Actor = user.ToActor(),
            Service = browser.Service,
            Queue = queue,
            MessageId = message.Id,
            MessageType = message.Type,
            Reason = reason,
            Code = code,
        };
    }

    private static async Task<Results<Ok<MessageActionResult>, ProblemHttpResult>> Discard(
        string queue, string id, MessageActionRequest? request, ClaimsPrincipal user, ErrorQueueBrowser browser, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request?.Reason is not { } reason || !IsReason(reason))
        {
            return WrongReason();
        }

        return await Act(queue, id, browser, unit, held => held.Discard(CancellationToken.None), Event, cancellationToken);

        MessageDiscarded Event(ErrorMessage message, string code) => new()
        {
            OccurredAt = time.GetUtcNow(),
            TenantId = message.TenantId,
            Actor = user.ToActor(),
            Service = browser.Service,
            Queue = queue,
            MessageId = message.Id,
            MessageType = message.Type,
            Reason = reason,
            Code = code,
        };
    }

    /// <summary>Records, then acts: from the record on, a caller who goes away stops nothing.</summary>
    private static async Task<Results<Ok<MessageActionResult>, ProblemHttpResult>> Act<TEvent>(
        string queue,
        string? id,
        ErrorQueueBrowser browser,
        UnitOfWork unit,
        Func<HeldMessages, Task<IReadOnlyList<ErrorMessage>>> act,
        Func<ErrorMessage, string, TEvent> describe,
        CancellationToken cancellationToken)
        where TEvent : class, IEvent
    {
        await using var held = await browser.Hold(queue, id, cancellationToken);
        if (held is null || (id is not null && held.Messages.Count == 0))
        {
            return Missing(held, queue, id);
        }

        var messages = held.Messages;
        if (messages.Count > 0)
        {
            await Record(unit, messages, message => describe(message, OperationCodes.Ordered));
        }

        var notDone = await act(held);
        if (notDone.Count > 0)
        {
            await Record(unit, notDone, message => describe(message, OperationCodes.NotDone));
            return Problems.Problem(503, "not-done", $"The broker did not confirm it for {notDone.Count} of {messages.Count} messages, which may still be in {queue}. Look there, and try again.");
        }

        return TypedResults.Ok(new MessageActionResult(queue, messages.Count, held.Others));
    }

    private static async Task Record<TEvent>(UnitOfWork unit, IEnumerable<ErrorMessage> messages, Func<ErrorMessage, TEvent> describe)
        where TEvent : class, IEvent
    {
        await unit.BeginForTenant(Caller.AllTenants, CancellationToken.None);
        foreach (var message in messages)
        {
            unit.Publish(describe(message), new() { OrderKey = message.Id });
        }

        await unit.Commit(CancellationToken.None);
    }

    private static ProblemHttpResult Missing(HeldMessages? held, string queue, string? id) =>
        held is null ? Problems.NotFound("error queue", queue) : Problems.NotFound($"message among the first {ErrorQueueBrowser.Most} of {queue}", id ?? "");

    private static bool IsReason(string reason) =>
        !string.IsNullOrWhiteSpace(reason) && reason.Length <= LongestReason && !reason.Any(char.IsControl);

    private static ProblemHttpResult WrongReason() =>
        Problems.Problem(422, "reason-invalid", "Give a reason of 1 to 1,000 characters, in one line: {\"reason\": \"...\"}. It stays in the audit log.");

    private static JsonElement? Json(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async ValueTask<object?> TellWhenTheBrokerIsAway(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        try
        {
            return await next(context);
        }
        catch (BrokerUnavailableException)
        {
            context.HttpContext.Response.Headers.RetryAfter = "5";
            return Problems.Problem(503, "broker-unavailable", "The broker is away for the moment, so nothing was looked at or moved. Try again.");
        }
    }
}
