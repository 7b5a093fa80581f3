using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>What is to be published together.</summary>
public sealed record Publication
{
    public IReadOnlyList<PolicyCandidate> Policies { get; init; } = [];

    public IReadOnlyList<FactCandidate> Facts { get; init; } = [];

    public IReadOnlyList<RuleCandidate> Rules { get; init; } = [];

    /// <summary>A file's content, each policy as the next version of the one it stands for.</summary>
    public static Publication Of(IReadOnlyList<PolicyRequest> policies, IReadOnlyList<LegalFact> facts, IReadOnlyList<ClassificationRule> rules, PolicySnapshot before)
    {
        var matches = PolicyMatching.Match(policies, before);
        return new()
        {
            Policies = [.. policies.Select((policy, i) => new PolicyCandidate(policy, matches[i]?.Id, $"/policies/{i}"))],
            Facts = [.. facts.Select((fact, i) => new FactCandidate(fact, $"/facts/{i}"))],
            Rules = [.. rules.Select((rule, i) => new RuleCandidate(rule, $"/rules/{i}"))],
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
