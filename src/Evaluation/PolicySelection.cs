using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>Which one policy applies: tenant and type, tenant default, type, platform default.</summary>
public static class PolicySelection
{
    public static ResidencyPolicy? Select(PolicySnapshot snapshot, string tenantId, string dataType) =>
        At(snapshot, tenantId, dataType) ?? At(snapshot, tenantId, null) ?? At(snapshot, null, dataType) ?? At(snapshot, null, null);

    /// <summary>The policy of one level alone; null for a tenant or a type means a default.</summary>
    public static ResidencyPolicy? At(PolicySnapshot snapshot, string? tenantId, string? dataType) =>
        InForce(snapshot.PoliciesAt(tenantId, dataType), snapshot.AsOf)
            .OrderByDescending(policy => policy.ValidFrom)
            .ThenBy(policy => policy.Id)
            .FirstOrDefault();

    /// <summary>Says that the platform default decides, where it does; else empty.</summary>
    public static string DefaultNote(ResidencyPolicy? policy, string tenantId, string dataType) =>
        policy is { TenantId: null, DataType: null }
            ? $"No policy of tenant {tenantId} or for {dataType} data applies, so the platform default decides. "
            : "";

    /// <summary>Of each policy the latest version that has begun, where it has not ended and the policy is not retired.</summary>
    public static IEnumerable<ResidencyPolicy> InForce(IEnumerable<PublishedPolicy> policies, DateTimeOffset now) =>
        policies
            .Where(policy => policy.RetiredAt is null || now < policy.RetiredAt)
            .Select(policy => policy.Policy)
            .Where(policy => policy.ValidFrom <= now)
            .GroupBy(policy => policy.Id)
            .Select(versions => versions.MaxBy(policy => policy.Version)!)
            .Where(policy => policy.ValidTo is null || now < policy.ValidTo);
}
