using System.Text.Json.Serialization;

namespace Sovereignty.AccessService.Notify;

/// <summary>Where the caller wants to be told, and of what.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record WebhookBody
{
    /// <summary>An https address on the public Internet, without credentials and fragment.</summary>
    public required string Url { get; init; }

    /// <summary>Left out for everything that concerns the caller.</summary>
    public IReadOnlyList<NotificationKind>? Kinds { get; init; }
}

internal record WebhookView
{
    public required Guid WebhookId { get; init; }

    public required string Url { get; init; }

    public required IReadOnlyList<NotificationKind> Kinds { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when nothing is delivered any more, because the receiver answered 410 Gone.</summary>
    public DateTimeOffset? DisabledAt { get; init; }
}

internal sealed record RegisteredWebhook : WebhookView
{
    /// <summary>Verifies the signatures (Standard Webhooks). It is shown only now.</summary>
    public required string Secret { get; init; }
}

/// <param name="DeliveryId">Also the <c>webhook-id</c>, the same in each attempt.</param>
/// <param name="State">pending, delivered, failed.</param>
/// <param name="LastError">A code; null where the last attempt succeeded.</param>
/// <param name="NextAttemptAt">Null where none will follow.</param>
internal sealed record DeliveryView(
    Guid DeliveryId,
    string Kind,
    Guid RequestId,
    string State,
    int Attempts,
    int? LastStatus,
    string? LastError,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? DeliveredAt);
