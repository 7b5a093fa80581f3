using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Notify;

/// <summary>A webhook that might be told of a request.</summary>
/// <param name="Kinds">What its owner wants to hear; null for everything.</param>
/// <param name="WasTold">Whether its owner was told that the request waits.</param>
internal sealed record Listener(
    Guid WebhookId, string Issuer, string Subject, IReadOnlyList<string> Roles, string? Country, IReadOnlyList<NotificationKind>? Kinds, bool WasTold)
{
    public bool Is(Actor person) => person.Subject == Subject && person.Issuer == Issuer;
}

/// <param name="State">The request's state after the event, as people read it.</param>
internal sealed record Notification(Guid WebhookId, NotificationKind Kind, string State, string Message);

/// <summary>Who hears what of an event. Nobody is told of what they did themselves.</summary>
internal static class NotificationRules
{
    /// <param name="happened">The event.</param>
    /// <param name="requester">Who asked for the access.</param>
    /// <param name="stillWaits">Whether the request waits for approvers now; a late event must not call them to what is decided.</param>
    /// <param name="listeners">Webhooks of the request's tenant.</param>
    public static IReadOnlyList<Notification> For(IAccessEvent happened, Actor requester, bool stillWaits, IReadOnlyList<Listener> listeners)
    {
        return happened switch
        {
            AccessRouted routed when stillWaits => To(
                listener => MayDecide(listener, routed) && !listener.Is(requester),
                NotificationKind.RequestAwaitingApproval,
                "awaiting-approval",
                $"A request to see {Subject()} waits for your decision until {routed.LapsesAt.UtcDateTime:yyyy-MM-dd HH:mm}Z."),
            AccessRefused => Decided("refused", $"Your request to see {Subject()} was refused by the rules."),
            AccessGranted granted =>
            [
                .. Decided("approved", $"Your request to see {Subject()} was approved."),
                .. granted.Automatic ? [] : Settled("approved", $"The request to see {Subject()} was approved by someone else."),
            ],
            AccessDenied =>
            [
                .. Decided("denied", $"Your request to see {Subject()} was denied."),
                .. Settled("denied", $"The request to see {Subject()} was denied by someone else."),
            ],
            AccessWithdrawn => Settled("withdrawn", $"The request to see {Subject()} was withdrawn."),
            AccessLapsed =>
            [
                .. Decided("lapsed", $"Your request to see {Subject()} lapsed, because nobody decided in time."),
                .. Settled("lapsed", $"The request to see {Subject()} lapsed undecided."),
            ],
            AccessRevoked => ToRequester(NotificationKind.GrantEnded, "revoked", $"Your access to {Subject()} was revoked."),
            AccessEnded => ToRequester(NotificationKind.GrantEnded, "ended", $"Your access to {Subject()} has ended."),
            _ => [],
        };

        string Subject() => $"{happened.DataId} of {happened.SourceRegion} from {happened.TargetRegion}";

        IReadOnlyList<Notification> Decided(string state, string message) => ToRequester(NotificationKind.RequestDecided, state, message);

        IReadOnlyList<Notification> ToRequester(NotificationKind kind, string state, string message) =>
            To(listener => listener.Is(requester), kind, state, message);

        IReadOnlyList<Notification> Settled(string state, string message) =>
            To(listener => listener.WasTold && !listener.Is(requester), NotificationKind.RequestSettled, state, message);

        IReadOnlyList<Notification> To(Func<Listener, bool> isMeant, NotificationKind kind, string state, string message) =>
        [
            .. listeners
                .Where(listener => isMeant(listener) && !listener.Is(happened.Actor) && listener.Kinds?.Contains(kind) != false)
                .Select(listener => new Notification(listener.WebhookId, kind, state, message)),
        ];
    }

    private static bool MayDecide(Listener listener, AccessRouted routed) =>
        listener.Country == routed.Jurisdiction && listener.Roles.Intersect(routed.ApproverRoles).Any();
}
