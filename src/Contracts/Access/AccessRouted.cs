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

    /// <summary>The stage it waits in, from 1; of how many stages.</summary>
    public int Stage { get; init; } = 1;

    /// <summary>How many stages there are.</summary>
    public int Stages { get; init; } = 1;

    /// <summary>The stage's name; null in messages of older versions.</summary>
    public string? StageName { get; init; }

    /// <summary>The approval rule it is routed by; null where the law itself says who decides.</summary>
    public Guid? RuleId { get; init; }

    /// <summary>The version of that rule.</summary>
    public int? RuleVersion { get; init; }

    /// <summary>People who may decide beside the holders of the roles.</summary>
    public IReadOnlyList<string> People { get; init; } = [];

    /// <summary>Roles of which an approver has one.</summary>
    public required IReadOnlyList<string> ApproverRoles { get; init; }

    /// <summary>How many different people must approve in this stage.</summary>
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
