namespace Sovereignty.Contracts.Access;

/// <summary>A command said once more what the same person had said before. Nothing changed.</summary>
public sealed record AccessCommandRepeated : IAccessEvent
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

    /// <summary>The command: <c>approve</c>, <c>reject</c>, <c>revoke</c>, <c>withdraw</c> or <c>give-back</c>.</summary>
    public required string Command { get; init; }

    /// <summary>The id of the command: the message id, where it came over the broker.</summary>
    public required Guid CommandId { get; init; }
}
