namespace Sovereignty.Contracts.Access;

/// <summary>A command was not carried out. The request, where there is one, stays as it is.</summary>
public sealed record AccessCommandRefused : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The request that the command named.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The request's version; null where there is no such request.</summary>
    public int? Version { get; init; }

    /// <summary>The data that is asked for; null where there is no such request.</summary>
    public string? DataId { get; init; }

    /// <summary>The code of the region where the data is; null where there is no such request.</summary>
    public string? SourceRegion { get; init; }

    /// <summary>The code of the region through which it is to be seen; null where there is no such request.</summary>
    public string? TargetRegion { get; init; }

    /// <summary>The command: <c>approve</c>, <c>reject</c>, <c>revoke</c>, <c>withdraw</c> or <c>give-back</c>.</summary>
    public required string Command { get; init; }

    /// <summary>The id of the command: the message id, where it came over the broker.</summary>
    public required Guid CommandId { get; init; }

    /// <summary>One of <see cref="AccessCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>The reason as a sentence for people.</summary>
    public required string Reason { get; init; }
}
