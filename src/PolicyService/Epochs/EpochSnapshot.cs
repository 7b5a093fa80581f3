using Sovereignty.Evaluation;

namespace Sovereignty.PolicyService.Epochs;

/// <summary>An epoch with what it is made of. Until RegionService has told all regions once, nothing can be decided.</summary>
internal sealed record EpochSnapshot(PolicySnapshot Policies, string ContentHash, bool RegionsKnown);
