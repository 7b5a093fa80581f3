namespace Sovereignty.Contracts.Access;

/// <summary>A rule of who approves what was published in a new version, or retired. Requests that wait keep the version they were routed by.</summary>
public sealed record ApprovalRuleChanged : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The rule as it stands from then on.</summary>
    public required ApprovalRule Rule { get; init; }

    /// <summary>Whether it applies to nothing from then on.</summary>
    public required bool Retired { get; init; }
}
