using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Rules;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.Notify;

/// <summary>Whom the events of a request may concern.</summary>
/// <param name="Requester">Who asked for the access.</param>
/// <param name="Waiting">Where it waits now; null where it does not wait for people.</param>
/// <param name="Voters">Subjects of those who have decided on it.</param>
/// <param name="Listeners">Webhooks of the tenant.</param>
internal sealed record Audience(Actor Requester, Waiting? Waiting, IReadOnlySet<string> Voters, IReadOnlyList<Listener> Listeners)
{
    public bool MayDecide(Listener listener) =>
        Waiting is { } waiting
        && listener.Standing is { } standing
        && listener.Subject != Requester.Subject
        && !Voters.Contains(listener.Subject)
        && Eligibility.MayDecide(waiting.Who, waiting.Jurisdiction, standing);
}

/// <param name="Stage">The stage, from 1.</param>
internal sealed record Waiting(int Stage, ApprovalStage Who, string Jurisdiction);

/// <summary>A webhook that might be told of a request.</summary>
/// <param name="Standing">Its owner's standing by the directory; null where that does not know the owner.</param>
/// <param name="RegisteredRoles">Its owner's roles when it was registered.</param>
/// <param name="Kinds">What its owner wants to hear; null for everything.</param>
/// <param name="WasTold">Whether its owner was told that the request waits.</param>
internal sealed record Listener(
    Guid WebhookId, string Issuer, string Subject, Standing? Standing, IReadOnlyList<string> RegisteredRoles, IReadOnlyList<NotificationKind>? Kinds, bool WasTold)
{
    public bool IsComplianceOfficer =>
        Standing is null ? RegisteredRoles.Contains(Roles.ComplianceOfficer) : Standing.Active && Standing.Roles.Contains(Roles.ComplianceOfficer);

    public bool Is(Actor person) => person.Subject == Subject && person.Issuer == Issuer;
}
