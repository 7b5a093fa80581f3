namespace Sovereignty.Contracts.Access;

/// <summary>A grant was ended before its time. The actor is the revoker: a person, or access-service where the rules no longer allow it.</summary>
public sealed record AccessRevoked : IAccessEvent
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

    /// <summary>One of <see cref="AccessCodes"/> where a rule revoked it; null where a person did.</summary>
    public string? Code { get; init; }

    /// <summary>The reason.</summary>
    public required string Reason { get; init; }
}
