using Sovereignty.Contracts.Access;

namespace Sovereignty.Gateway.Proofs;

internal sealed record DecisionProofRequest
{
    public required Guid RequestId { get; init; }

    public required ApprovalDecision Decision { get; init; }
}
