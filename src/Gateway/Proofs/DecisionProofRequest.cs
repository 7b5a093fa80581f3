using Sovereignty.Contracts.Access;

namespace Sovereignty.Gateway.Proofs;

internal sealed record DecisionProofRequest
{
    public required Guid RequestId { get; init; }

    public required ApprovalDecision Decision { get; init; }

    /// <summary>Approve only: the shorter duration of the command, ISO 8601, just as it will stand there.</summary>
    public string? Duration { get; init; }
}
