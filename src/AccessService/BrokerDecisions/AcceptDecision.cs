using System.Security.Cryptography;
using System.Text;
using MassTransit;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.BrokerDecisions;

/// <summary>
/// Takes decisions that come over the broker. Who decides is told by the proof alone: forged, expired, replayed or made for
/// something else, it is refused and the refusal is logged.
/// </summary>
internal sealed class AcceptDecision(UnitOfWork unit, SagaTable<AccessRequest> requests, ProofVerifier verifier, BrokerIdentity own, TimeProvider time)
    : IConsumer<ApproveAccess>, IConsumer<RejectAccess>
{
    private const int LongestReason = 1000;

    public Task Consume(ConsumeContext<ApproveAccess> context) =>
        Accept(context, new(context.Message.RequestId, ApprovalDecision.Approve, context.Message.Reason, context.Message.Duration, context.Message.Proof));

    public Task Consume(ConsumeContext<RejectAccess> context) =>
        Accept(context, new(context.Message.RequestId, ApprovalDecision.Deny, context.Message.Reason, null, context.Message.Proof));

    private async Task Accept(ConsumeContext context, SignedDecision decision)
    {
        var now = time.Now();
        var commandId = CommandId(context.MessageId!.Value);
        var cancellationToken = context.CancellationToken;
        var proof = await verifier.Verify(decision.Proof, now, cancellationToken);
        var request = await requests.Find(unit, decision.RequestId, cancellationToken);
        var refusal = await Refusal(decision, proof, request, cancellationToken);
        var duration = decision.Duration is null ? null : Durations.Read(decision.Duration);
        if (refusal is null)
        {
            var command = new DecideAccess(decision.RequestId, commandId, proof.Actor!, decision.Reason, decision.Decision, duration, context.MessageId);
            unit.Send(Service.RequestQueue, command, new() { MessageId = commandId, OrderKey = decision.RequestId.ToString() });
            return;
        }

        // A proof that does not hold says nothing of who sent it: then the broker's word counts.
        var known = request?.TenantId == proof.TenantId || proof.TenantId is null ? request : null;
        var actor = proof.Actor ?? new Actor { Issuer = "broker", Subject = BrokerUser(context) };
        unit.Publish(new AccessCommandRefused
        {
            OccurredAt = now,
            TenantId = proof.TenantId ?? request?.TenantId,
            Actor = actor,
            RequestId = decision.RequestId,
            Version = known?.Version,
            DataId = known?.DataId,
            SourceRegion = known?.SourceRegion,
            TargetRegion = known?.TargetRegion,
            Command = decision.Decision is ApprovalDecision.Approve ? "approve" : "reject",
            CommandId = context.MessageId.Value,
            Code = refusal.Code!,
            Reason = refusal.Reason!,
        });
    }

    private async Task<Judgement?> Refusal(SignedDecision decision, DecisionProof proof, AccessRequest? request, CancellationToken cancellationToken)
    {
        if (proof.Refusal is { } invalid)
        {
            return invalid;
        }

        if (proof.RequestId != decision.RequestId || proof.Decision != decision.Decision || proof.Duration != decision.Duration)
        {
            return Judgement.Refuse(AccessCodes.ProofMismatch, "The proof was made for another request, decision or duration. Get one for this.");
        }

        if (request is null || request.TenantId != proof.TenantId)
        {
            return Judgement.Refuse(AccessCodes.RequestUnknown, "There is no such request. Check its id, and whose it is.");
        }

        if (!Texts.IsText(decision.Reason, LongestReason) || (decision.Duration is not null && !(Durations.Read(decision.Duration) > TimeSpan.Zero)))
        {
            return Judgement.Refuse(AccessCodes.InputInvalid, "Give a reason of 1 to 1,000 characters, and a duration as ISO 8601 or none.");
        }

        return await UsedProofs.Use(unit.Connection, proof.Id!, proof.ExpiresAt, cancellationToken)
            ? null
            : Judgement.Refuse(AccessCodes.ProofReplayed, "This proof was used before. Get a new one for each decision.");
    }

    // A sender chooses message ids, and must not be able to choose that of somebody's command.
    private static Guid CommandId(Guid messageId) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"broker\n{messageId}")).AsSpan(0, 16));

    private string BrokerUser(ConsumeContext context) =>
        context.TryGetPayload(out RabbitMqBasicConsumeContext? received) && own.SourceOf(received.Properties) is { Length: > 0 } user ? user : "unknown";

    private sealed record SignedDecision(Guid RequestId, ApprovalDecision Decision, string Reason, string? Duration, string Proof);
}
