using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Contracts.Access;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.Notify;

internal static class WebhookEndpoints
{
    private const string Tag = "Webhooks";

    public static void MapWebhooks(this IEndpointRouteBuilder access)
    {
        if (access.ServiceProvider.GetService<WebhookSecrets>() is null)
        {
            access.Map("/webhooks/{**rest}", NotSupported).WithTags(Tag).WithSummary("Webhooks are not supported by this installation");
            return;
        }

        // The answer has the secret, so it must not be kept for an Idempotency-Key: the transaction is the endpoint's own.
        access.MapPost("/webhooks", Register)
            .WithMetadata(new WithoutUnitOfWork())
            .WithTags(Tag)
            .WithSummary("Be told of your requests, or of those you may decide")
            .WithDescription("Who may decide is told by the directory, as it is at the moment. The secret is shown only here.")
            .ProducesProblem(403)
            .ProducesProblem(409)
            .ProducesProblem(422);
        access.MapGet("/webhooks", List).WithTags(Tag).WithSummary("Your webhooks, newest first");
        access.MapGet("/webhooks/{id:guid}", Get).WithTags(Tag).WithSummary("One of your webhooks").ProducesProblem(404);
        access.MapDelete("/webhooks/{id:guid}", Delete).WithTags(Tag).WithSummary("Be told no longer").ProducesProblem(404);
        access.MapGet("/webhooks/{id:guid}/deliveries", Deliveries)
            .DescribesPaging()
            .WithTags(Tag)
            .WithSummary("What one of your webhooks was told, newest first")
            .ProducesProblem(404);
        access.MapPost("/webhooks/{id:guid}/deliveries/{deliveryId:guid}/redeliver", Redeliver)
            .WithTags(Tag)
            .WithSummary("Deliver once more, with the same id")
            .ProducesProblem(404)
            .ProducesProblem(409);
    }

    private static async Task<Results<Created<RegisteredWebhook>, ProblemHttpResult>> Register(
        WebhookBody body, ClaimsPrincipal user, UnitOfWork unit, NotifyOptions options, WebhookSecrets secrets, TimeProvider time, CancellationToken cancellationToken)
    {
        if (user.Tenant() is not { } tenant || tenant != user.TenantScope())
        {
            return Problems.Problem(403, "tenant-missing", "Webhooks belong to people of a tenant. Use a token of that tenant.");
        }

        if (WebhookUrl.Refusal(body.Url, options.AllowPrivateNetworks) is { } refusal)
        {
            return Problems.Problem(422, AccessCodes.InputInvalid, $"url is not valid: {refusal}.");
        }

        if (body.Kinds is [])
        {
            return Problems.Problem(422, AccessCodes.InputInvalid, "kinds is not valid: give at least one, or leave it out for all.");
        }

        var owner = user.ToActor();
        await unit.BeginForTenant(tenant, cancellationToken);
        await WebhookTable.TakeTurn(unit.Connection, tenant, owner, cancellationToken);
        var registered = await WebhookTable.List(unit.Connection, owner, cancellationToken);
        if (registered.FirstOrDefault(other => other.Url == body.Url) is { } same)
        {
            return Problems.Problem(409, "webhook-exists", $"You registered this url as webhook '{same.WebhookId}'. Delete that one to register it anew.");
        }

        if (registered.Count >= WebhookTable.MostPerPerson)
        {
            return Problems.Problem(409, "too-many-webhooks", $"You have {WebhookTable.MostPerPerson} webhooks, which is the most. Delete one to register another.");
        }

        var now = time.Now();
        var id = Guid.CreateVersion7(now);
        var webhook = new RegisteredWebhook
        {
            WebhookId = id,
            Url = body.Url,
            Kinds = body.Kinds is null ? Enum.GetValues<NotificationKind>() : [.. body.Kinds.Distinct()],
            CreatedAt = now,
            Secret = secrets.Shown(id),
        };
        await WebhookTable.Insert(unit.Connection, webhook, hearsAll: body.Kinds is null, tenant, owner, cancellationToken);
        await unit.Commit(cancellationToken);
        return TypedResults.Created($"/access/webhooks/{id}", webhook);
    }

    private static async Task<Ok<Page<WebhookView>>> List(ClaimsPrincipal user, UnitOfWork unit, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<WebhookView>(await WebhookTable.List(unit.Connection, user.ToActor(), cancellationToken), null));

    private static async Task<Results<Ok<WebhookView>, ProblemHttpResult>> Get(Guid id, ClaimsPrincipal user, UnitOfWork unit, CancellationToken cancellationToken) =>
        await WebhookTable.Find(unit.Connection, user.ToActor(), id, cancellationToken) is { } webhook ? TypedResults.Ok(webhook) : NotFound(id);

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(Guid id, ClaimsPrincipal user, UnitOfWork unit, CancellationToken cancellationToken) =>
        await WebhookTable.Delete(unit.Connection, user.ToActor(), id, cancellationToken) ? TypedResults.NoContent() : NotFound(id);

    private static async Task<Results<Ok<Page<DeliveryView>>, ProblemHttpResult>> Deliveries(
        Guid id, PageRequest page, ClaimsPrincipal user, UnitOfWork unit, CancellationToken cancellationToken)
    {
        Guid? before = null;
        if (page.After is not null)
        {
            if (!Guid.TryParse(page.After, out var last))
            {
                return Problems.Problem(400, "cursor-invalid", "The cursor is none that this list gave. Take nextCursor of the page before, or none.");
            }

            before = last;
        }

        var owner = user.ToActor();
        return await WebhookTable.Find(unit.Connection, owner, id, cancellationToken) is null
            ? NotFound(id)
            : TypedResults.Ok(page.Page(
                await WebhookTable.Deliveries(unit.Connection, owner, id, before, page.Limit + 1, cancellationToken),
                delivery => delivery.DeliveryId.ToString()));
    }

    private static async Task<Results<Accepted<DeliveryView>, ProblemHttpResult>> Redeliver(
        Guid id, Guid deliveryId, ClaimsPrincipal user, UnitOfWork unit, TimeProvider time, CancellationToken cancellationToken)
    {
        var owner = user.ToActor();
        var webhook = await WebhookTable.Find(unit.Connection, owner, id, cancellationToken);
        if (webhook is null)
        {
            return NotFound(id);
        }

        if (webhook.DisabledAt is not null)
        {
            return Problems.Problem(409, "webhook-disabled", "The receiver answered 410 Gone, so nothing is delivered to it. Delete the webhook and register it anew.");
        }

        return await WebhookTable.Redeliver(unit.Connection, owner, id, deliveryId, time.Now(), cancellationToken) is { } delivery
            ? TypedResults.Accepted($"/access/webhooks/{id}/deliveries", delivery)
            : Problems.NotFound("delivery", deliveryId.ToString());
    }

    private static ProblemHttpResult NotFound(Guid id) => Problems.NotFound("webhook", id.ToString());

    private static IResult NotSupported() =>
        Problems.Problem(501, "not-supported", "Webhooks need a master key (Notify:MasterKey), and this installation has none.");
}
