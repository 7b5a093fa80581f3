using Sovereignty.Contracts.Data;

namespace Sovereignty.Contracts.Residency;

/// <summary>What the platform obliges to at a classification level. Where several rules name one level, the stricter value wins on each axis.</summary>
public sealed record ClassificationRule
{
    /// <summary>The level.</summary>
    public required ClassificationLevel Level { get; init; }

    /// <summary>What storing obliges to; its retention holds for tenants without one of their own.</summary>
    public required Obligations Obligations { get; init; }

    /// <summary>The range in which a tenant may choose its own retention; null where it may not.</summary>
    public Retention? TenantRetention { get; init; }

    /// <summary>No access is granted for longer; an ISO 8601 duration.</summary>
    public required string LongestAccess { get; init; }
}

/// <summary>How long a tenant keeps data of a level, instead of the platform's default and within the range that leaves.</summary>
public sealed record RetentionRule
{
    /// <summary>The tenant.</summary>
    public required string TenantId { get; init; }

    /// <summary>The level.</summary>
    public required ClassificationLevel Level { get; init; }

    /// <summary>The tenant's range; null where the tenant took it back and the platform's default holds again.</summary>
    public Retention? Retention { get; init; }
}
