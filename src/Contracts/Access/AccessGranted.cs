using Sovereignty.Contracts.Data;

namespace Sovereignty.Contracts.Access;

/// <summary>A time-limited grant exists. Whether it holds at a moment is computed from its times, never from a flag.</summary>
public sealed record AccessGranted : IAccessEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <inheritdoc/>
    public required Guid RequestId { get; init; }

    /// <inheritdoc/>
    public required int Version { get; init; }

    /// <inheritdoc/>
    public required string DataId { get; init; }

    /// <inheritdoc/>
    public required string SourceRegion { get; init; }

    /// <inheritdoc/>
    public required string TargetRegion { get; init; }

    /// <summary>The grant.</summary>
    public required Guid GrantId { get; init; }

    /// <summary>Who may see the data: the requester.</summary>
    public required Actor Subject { get; init; }

    /// <summary>From this moment on, in UTC.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>The expiration: before this moment, in UTC.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>For what.</summary>
    public required string Purpose { get; init; }

    /// <summary>To do what.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>Country from which the data is seen, ISO 3166-1 alpha-2.</summary>
    public required string TargetCountry { get; init; }

    /// <summary>Whether a rule granted it rather than people.</summary>
    public required bool Automatic { get; init; }

    /// <summary>Whether it begins later, and is checked once more then.</summary>
    public required bool Scheduled { get; init; }

    /// <summary>How much may be used in all; null for no limit.</summary>
    public AccessBudget? Budget { get; init; }

    /// <summary>The request whose grant this goes on from; null for one that stands alone.</summary>
    public Guid? Extends { get; init; }

    /// <summary>The approval rule it was given by; null where the law itself says who decides.</summary>
    public Guid? RuleId { get; init; }

    /// <summary>The version of that rule.</summary>
    public int? RuleVersion { get; init; }

    /// <summary>The residency policy that allowed it.</summary>
    public Guid? PolicyId { get; init; }

    /// <summary>The version of that policy.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>The legal facts it rests on.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];
}
