using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>What is to be published together.</summary>
public sealed record Publication
{
    public IReadOnlyList<PolicyCandidate> Policies { get; init; } = [];

    public IReadOnlyList<FactCandidate> Facts { get; init; } = [];

    public IReadOnlyList<RuleCandidate> Rules { get; init; } = [];

    /// <summary>What stands at given places, each policy as the next version of the one it stands for.</summary>
    public static Publication Of(
        IReadOnlyList<(PolicyRequest Policy, string Place)> policies,
        IEnumerable<(LegalFact Fact, string Place)> facts,
        IEnumerable<(ClassificationRule Rule, string Place)> rules,
        PolicySnapshot before)
    {
        var matches = PolicyMatching.Match([.. policies.Select(policy => policy.Policy)], before);
        return new()
        {
            Policies = [.. policies.Select((policy, i) => new PolicyCandidate(policy.Policy, matches[i]?.Id, policy.Place))],
            Facts = [.. facts.Select(fact => new FactCandidate(fact.Fact, fact.Place))],
            Rules = [.. rules.Select(rule => new RuleCandidate(rule.Rule, rule.Place))],
        };
    }
}

/// <param name="Id">The policy whose next version it is; null for a new policy.</param>
/// <param name="Place">Its JSON pointer.</param>
public sealed record PolicyCandidate(PolicyRequest Request, Guid? Id = null, string Place = "");

/// <param name="Place">Its JSON pointer.</param>
public sealed record FactCandidate(LegalFact Fact, string Place = "");

/// <param name="Place">Its JSON pointer.</param>
public sealed record RuleCandidate(ClassificationRule Rule, string Place = "");
