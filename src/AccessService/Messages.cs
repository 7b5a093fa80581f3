using Sovereignty.AccessService.BrokerDecisions;
using Sovereignty.AccessService.Notify;
using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.Review;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService;

/// <summary>What the service publishes and listens to.</summary>
internal static class Messages
{
    public static void Register(MessagingBuilder messaging)
    {
        messaging.Publishes<AccessRequested>();
        messaging.Publishes<AccessValidationStarted>();
        messaging.Publishes<AccessValidationOverdue>();
        messaging.Publishes<AccessRefused>();
        messaging.Publishes<AccessRouted>();
        messaging.Publishes<AccessApproved>();
        messaging.Publishes<AccessDenied>();
        messaging.Publishes<AccessWithdrawn>();
        messaging.Publishes<AccessLapsed>();
        messaging.Publishes<AccessGranted>();
        messaging.Publishes<AccessActivated>();
        messaging.Publishes<AccessRevoked>();
        messaging.Publishes<AccessGivenBack>();
        messaging.Publishes<AccessEnded>();
        messaging.Publishes<AccessCommandRefused>();
        messaging.Publishes<AccessCommandRepeated>();
        messaging.Publishes<AccessReminded>();
        messaging.Publishes<AccessEscalated>();
        messaging.Publishes<AccessStalled>();
        messaging.Publishes<AccessSuspended>();
        messaging.Publishes<AccessResumed>();
        messaging.Publishes<AccessShortened>();
        messaging.Publishes<AccessExhausted>();
        messaging.Publishes<AccessUsed>();
        messaging.Publishes<AccessUseRefused>();
        messaging.Publishes<ApprovalRuleChanged>();
        messaging.Publishes<PersonStandingChanged>();
        messaging.Sends<ValidateAccess>(Service.ValidationQueue);
        messaging.AddSaga<AccessRequestMachine, AccessRequest>(Service.RequestQueue, "access.request", saga => saga.Hears<AccessValidated>(from: "policy-service"));
        messaging.AddConsumer<AcceptDecision>("access.decisions");
        messaging.AddReviews();
        messaging.AddNotifications();
    }
}
