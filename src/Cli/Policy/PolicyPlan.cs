using System.Text.Json;
using System.Text.Json.Nodes;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Cli.Policy;

internal enum PlanAction
{
    New,
    Change,
    Same,
}

/// <summary>A member that differs, by its path.</summary>
internal sealed record ChangedMember(string Member, string? From, string? To);

/// <summary>What becomes of one thing of the files.</summary>
internal sealed record PlanStep(PlanAction Action, string Name, string Place, object Item, ResidencyPolicy? Stands, IReadOnlyList<ChangedMember> Members);

/// <summary>What it takes to bring the platform to what the files say. Facts come first, since policies name their groups.</summary>
internal static class PolicyPlan
{
    public static IReadOnlyList<PlanStep> Of(Publication publication, PolicySnapshot before) =>
    [
        .. publication.Facts.Select(candidate => Of($"fact {candidate.Fact.Id}", candidate.Place, candidate.Fact, before.Facts.FirstOrDefault(fact => fact.Id == candidate.Fact.Id))),
        .. publication.Rules.Select(candidate => Of($"rule {Kebab(candidate.Rule.Level)}", candidate.Place, candidate.Rule, before.Rules.FirstOrDefault(rule => rule.Level == candidate.Rule.Level))),
        .. publication.Policies.Select(candidate => Of(candidate, before)),
    ];

    private static PlanStep Of(PolicyCandidate candidate, PolicySnapshot before)
    {
        var stands = candidate.Id is null
            ? null
            : before.PoliciesAt(candidate.Request.TenantId, candidate.Request.DataType).Select(policy => policy.Policy).Where(policy => policy.Id == candidate.Id).MaxBy(policy => policy.Version);
        var step = Of(Name(candidate.Request), candidate.Place, candidate.Request.ToPolicy(stands?.Id ?? Guid.Empty, stands?.Version ?? 1), stands);
        return step with { Item = candidate.Request, Stands = stands };
    }

    private static PlanStep Of<T>(string name, string place, T item, T? stands)
        where T : class =>
        stands is null ? new(PlanAction.New, name, place, item, null, [])
        : PublishingChecks.Same(stands, item) ? new(PlanAction.Same, name, place, item, null, [])
        : new(PlanAction.Change, name, place, item, null, [.. Compare(ToNode(stands), ToNode(item), "")]);

    private static string Name(PolicyRequest policy) => (policy.TenantId, policy.DataType) switch
    {
        ({ } tenant, { } type) => $"policy of tenant {tenant} for {type} data",
        ({ } tenant, null) => $"policy of tenant {tenant}",
        (null, { } type) => $"platform policy for {type} data",
        _ => "platform default policy",
    };

    private static IEnumerable<ChangedMember> Compare(JsonNode? from, JsonNode? to, string path) => (from, to) switch
    {
        (JsonObject one, JsonObject other) => one.Select(member => member.Key).Union(other.Select(member => member.Key))
            .SelectMany(member => Compare(one[member], other[member], path is "" ? member : $"{path}.{member}")),
        _ when JsonNode.DeepEquals(from, to) => [],
        _ => [new(path, from?.ToJsonString(), to?.ToJsonString())],
    };

    private static JsonNode? ToNode<T>(T item) => JsonSerializer.SerializeToNode(item, ContractJson.Options);

    private static string Kebab(Enum value) => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
