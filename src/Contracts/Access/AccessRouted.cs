using Sovereignty.Contracts.Data;

namespace Sovereignty.Contracts.Access;

/// <summary>The request is allowed by the rules and waits for people to decide.</summary>
public sealed record AccessRouted : IAccessEvent
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

    /// <summary>Country whose approvers decide, ISO 3166-1 alpha-2: that of the source region.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>Roles of which an approver has one; empty means nobody.</summary>
    public required IReadOnlyList<string> ApproverRoles { get; init; }

    /// <summary>How many different people must approve.</summary>
    public required int Quorum { get; init; }

    /// <summary>When the request lapses undecided, in UTC.</summary>
    public required DateTimeOffset LapsesAt { get; init; }

    /// <summary>The residency policy that allowed it.</summary>
    public Guid? PolicyId { get; init; }

    /// <summary>The version of that policy.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>The legal facts it rests on.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];
}
