namespace Sovereignty.Contracts.Access;

/// <summary>PolicyService has not answered in time. The request waits on, and the question was put again.</summary>
public sealed record AccessValidationOverdue : IAccessEvent
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

    /// <summary>How often the question was put until now.</summary>
    public required int Asked { get; init; }

    /// <summary>When the next alarm is due, in UTC.</summary>
    public required DateTimeOffset AnswerDue { get; init; }
}
