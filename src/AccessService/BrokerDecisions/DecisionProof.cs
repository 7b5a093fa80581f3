using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.BrokerDecisions;

/// <summary>What a decision proof says, or why it does not hold.</summary>
internal sealed record DecisionProof
{
    public Judgement? Refusal { get; init; }

    public string? Id { get; init; }

    public Actor? Actor { get; init; }

    public string? TenantId { get; init; }

    public Guid? RequestId { get; init; }

    public ApprovalDecision? Decision { get; init; }

    /// <summary>The shorter duration that the approver allows, as it was written; null for the one asked for.</summary>
    public string? Duration { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}
