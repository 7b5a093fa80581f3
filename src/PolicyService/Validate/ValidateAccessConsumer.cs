using MassTransit;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.Evaluation.Access;

namespace Sovereignty.PolicyService.Validate;

/// <summary>Answers each <see cref="ValidateAccess"/> by the newest epoch; stores nothing.</summary>
internal sealed partial class ValidateAccessConsumer(UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, ILogger<ValidateAccessConsumer> logger)
    : IConsumer<ValidateAccess>
{
    public const string Queue = "policy.access-validations";

    public async Task Consume(ConsumeContext<ValidateAccess> context)
    {
        var asked = context.Message;
        var policies = await snapshots.CurrentWithRegions(unit, context.CancellationToken);
        var data = await AccessData.Load(unit.Connection, [asked], context.CancellationToken);
        var answer = AccessEvaluator.Validate(policies, data.Find(asked), asked) with { OccurredAt = time.GetUtcNow() };

        LogValidated(answer.TenantId, answer.RequestId, answer.Attempt, answer.Code, answer.Epoch);
        unit.Publish(answer, PublishOptions.CausedBy(context) with { OrderKey = asked.RequestId.ToString() });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{TenantId} access request {RequestId}, attempt {Attempt}: {Code} at epoch {Epoch}")]
    private partial void LogValidated(string? tenantId, Guid requestId, int attempt, string code, long epoch);
}
