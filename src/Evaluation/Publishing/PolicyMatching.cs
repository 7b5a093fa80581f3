using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>Which published policy a policy of a file stands for: files name policies by tenant and data type, not by id.</summary>
public static class PolicyMatching
{
    /// <summary>For each request the latest version of its policy; null for a new policy. No policy is matched twice.</summary>
    public static IReadOnlyList<ResidencyPolicy?> Match(IReadOnlyList<PolicyRequest> requests, PolicySnapshot published)
    {
        var matches = new ResidencyPolicy?[requests.Count];
        var free = requests.Select(request => (request.TenantId, request.DataType)).Distinct()
            .SelectMany(level => published.PoliciesAt(level.TenantId, level.DataType))
            .Where(policy => policy.RetiredAt is null)
            .GroupBy(policy => policy.Policy.Id)
            .Select(versions => versions.MaxBy(version => version.Policy.Version)!.Policy)
            .OrderBy(policy => policy.ValidFrom)
            .ThenBy(policy => policy.Id)
            .ToList();

        // One level may have several policies, each with its own time: the one that begins alike first, else one whose time it meets.
        foreach (var matching in new Func<PolicyRequest, ResidencyPolicy, bool>[] { BeginAlike, Meet })
        {
            for (var i = 0; i < requests.Count; i++)
            {
                if (matches[i] is null && free.Find(policy => IsOfLevel(requests[i], policy) && matching(requests[i], policy)) is { } match)
                {
                    matches[i] = match;
                    free.Remove(match);
                }
            }
        }

        return matches;
    }

    private static bool IsOfLevel(PolicyRequest request, ResidencyPolicy policy) => request.TenantId == policy.TenantId && request.DataType == policy.DataType;

    private static bool BeginAlike(PolicyRequest request, ResidencyPolicy policy) => request.ValidFrom == policy.ValidFrom;

    private static bool Meet(PolicyRequest request, ResidencyPolicy policy) =>
        (policy.ValidTo is not { } end || request.ValidFrom < end) && (request.ValidTo is not { } own || policy.ValidFrom < own);
}
