namespace Sovereignty.Gateway.Proofs;

/// <summary>A JWT for the <c>Proof</c> of <c>ApproveAccess</c> or <c>RejectAccess</c>, for one command.</summary>
internal sealed record DecisionProof(string Proof, DateTimeOffset ExpiresAt);
