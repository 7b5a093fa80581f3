namespace Sovereignty.Contracts.Access;

/// <summary>Alarm: a request waits for approvers, and there are not enough people left who could decide it. <see cref="AccessRouted"/> follows once there are.</summary>
public sealed record AccessStalled : IAccessEvent
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

    /// <summary>One of <see cref="AccessCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>The reason as a sentence for people.</summary>
    public required string Reason { get; init; }
}
