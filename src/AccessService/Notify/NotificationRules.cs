using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Notify;

/// <param name="State">The request's state after the event, as people read it.</param>
internal sealed record Notification(Guid WebhookId, NotificationKind Kind, string State, string Message);

/// <summary>Who hears what of an event. Nobody is told of what they did themselves.</summary>
internal static class NotificationRules
{
    private const string Awaiting = "awaiting-approval";

    /// <summary>A late event is judged by the request as it is now: nobody is called to what waits no longer, or waits for others.</summary>
    public static IReadOnlyList<Notification> For(IAccessEvent happened, Audience audience)
    {
        return happened switch
        {
            AccessRouted routed when audience.Waiting?.Stage == routed.Stage => To(
                audience.MayDecide,
                NotificationKind.RequestAwaitingApproval,
                Awaiting,
                $"A request to see {Subject()} waits for your decision until {Time(routed.LapsesAt)}."),
            AccessReminded reminded when audience.Waiting?.Stage == reminded.Stage => To(
                audience.MayDecide,
                NotificationKind.RequestReminder,
                Awaiting,
                $"A request to see {Subject()} still waits for your decision, until {Time(reminded.LapsesAt)}."),
            AccessEscalated escalated when audience.Waiting is not null => To(
                listener => listener.IsComplianceOfficer,
                NotificationKind.RequestEscalated,
                Awaiting,
                $"A request to see {Subject()} has waited for too long in {escalated.Jurisdiction}. Undecided it lapses at {Time(escalated.LapsesAt)}."),
            AccessStalled stalled when audience.Waiting is not null => To(
                listener => listener.IsComplianceOfficer,
                NotificationKind.RequestStalled,
                Awaiting,
                $"A request to see {Subject()} waits, and too few people are left in {stalled.Jurisdiction} who could decide it. Appoint somebody."),
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
            AccessSuspended => ToRequester(NotificationKind.GrantSuspended, "suspended", $"Your access to {Subject()} does not hold for now."),
            AccessResumed => ToRequester(NotificationKind.GrantResumed, "approved", $"Your access to {Subject()} holds again."),
            AccessShortened shortened => ToRequester(NotificationKind.GrantShortened, "approved", $"Your access to {Subject()} ends earlier, at {Time(shortened.EndsAt)}."),
            AccessExhausted => ToRequester(NotificationKind.GrantEnded, "exhausted", $"The budget of your access to {Subject()} is used up."),
            AccessRevoked => ToRequester(NotificationKind.GrantEnded, "revoked", $"Your access to {Subject()} was revoked."),
            AccessEnded => ToRequester(NotificationKind.GrantEnded, "ended", $"Your access to {Subject()} has ended."),
            _ => [],
        };

        string Subject() => $"{happened.DataId} of {happened.SourceRegion} from {happened.TargetRegion}";

        IReadOnlyList<Notification> Decided(string state, string message) => ToRequester(NotificationKind.RequestDecided, state, message);

        IReadOnlyList<Notification> ToRequester(NotificationKind kind, string state, string message) =>
            To(listener => listener.Is(audience.Requester), kind, state, message);

        IReadOnlyList<Notification> Settled(string state, string message) =>
            To(listener => listener.WasTold && !listener.Is(audience.Requester), NotificationKind.RequestSettled, state, message);

        IReadOnlyList<Notification> To(Func<Listener, bool> isMeant, NotificationKind kind, string state, string message) =>
        [
            .. audience.Listeners
                .Where(listener => isMeant(listener) && !listener.Is(happened.Actor) && listener.Kinds?.Contains(kind) != false)
                .Select(listener => new Notification(listener.WebhookId, kind, state, message)),
        ];
    }

    private static string Time(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-dd HH:mm}Z";
}
