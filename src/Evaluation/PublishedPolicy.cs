using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>A version of a policy, and from when on the policy is retired.</summary>
public sealed record PublishedPolicy(ResidencyPolicy Policy, DateTimeOffset? RetiredAt = null);
