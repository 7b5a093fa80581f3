namespace Sovereignty.Contracts.Access;

/// <summary>PolicyService was asked whether the policies and the law allow the access at all.</summary>
public sealed record AccessValidationStarted : IAccessEvent
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

    /// <summary>When it is told again and people are alarmed if no answer came, in UTC.</summary>
    public required DateTimeOffset AnswerDue { get; init; }
}
