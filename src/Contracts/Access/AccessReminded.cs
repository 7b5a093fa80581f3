namespace Sovereignty.Contracts.Access;

/// <summary>A request has waited for long: those who may decide are asked again.</summary>
public sealed record AccessReminded : IAccessEvent
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

    /// <summary>The stage it waits in, from 1.</summary>
    public required int Stage { get; init; }

    /// <summary>The stage's name.</summary>
    public required string StageName { get; init; }

    /// <summary>Country whose approvers decide, ISO 3166-1 alpha-2.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>When the request lapses undecided, in UTC.</summary>
    public required DateTimeOffset LapsesAt { get; init; }
}
