using RabbitMQ.Client;
using Sovereignty.Contracts.Audit;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Decide;
using Sovereignty.PolicyService.Ingress;
using Sovereignty.PolicyService.Regions;
using Sovereignty.PolicyService.Validate;

namespace Sovereignty.PolicyService;

/// <summary>What the service publishes and listens to.</summary>
internal static class Messages
{
    public static void Register(MessagingBuilder messaging)
    {
        messaging.Publishes<DataAdmitted>();
        messaging.Publishes<DataRejected>();
        messaging.Publishes<DataClassified>();
        messaging.Publishes<DataReclassified>();
        messaging.Publishes<PlacementChanged>();
        messaging.Publishes<DataCreated>();
        messaging.Publishes<MessageMalformed>();
        messaging.Publishes<PolicyPublished>();
        messaging.Publishes<PolicyRetired>();
        messaging.Publishes<LegalFactChanged>();
        messaging.Publishes<ClassificationRuleChanged>();
        messaging.Publishes<RetentionRuleChanged>();
        messaging.Publishes<EpochActivated>();
        messaging.Publishes<ResidencyViolationOpened>();
        messaging.Publishes<ResidencyViolationAccepted>();
        messaging.Publishes<ResidencyViolationResolved>();
        messaging.Publishes<AccessValidated>();
        messaging.Sends<RequestRegionSnapshot>(RequestRegions.Queue);
        messaging.Sends<AccessesReviewed>(ReviewAccessesConsumer.Answers);
        messaging.DeclaresExchange(PlainAnswer.Exchange, ExchangeType.Topic);
        messaging.AddBatchConsumer<DecideDataCreated, DataCreated>("policy.data-created");
        messaging.AddRawConsumer<PlainIngress>(PlainIngress.Queue, options => options.BindExchange(PlainIngress.Exchange));
        messaging.AddConsumer<ProjectRegions>("policy.regions", onlyFrom: "region-service");
        messaging.AddConsumer<ValidateAccessConsumer>(ValidateAccessConsumer.Queue, onlyFrom: "access-service");
        messaging.AddConsumer<ReviewAccessesConsumer>(ReviewAccessesConsumer.Queue, concurrency: 2, onlyFrom: "access-service");
    }
}
