using Sovereignty.Contracts.Residency;

namespace Sovereignty.PolicyService.Evaluation;

/// <summary>A version of a policy, and from when on the policy is retired.</summary>
internal sealed record PublishedPolicy(ResidencyPolicy Policy, DateTimeOffset? RetiredAt = null);
