using Sovereignty.Contracts.Data;

namespace Sovereignty.Contracts.Access;

/// <summary>The policies or the law do not allow the access, or nobody could approve it. The request is over.</summary>
public sealed record AccessRefused : IAccessEvent
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

    /// <summary>One of <see cref="AccessCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>The reason as a sentence for people.</summary>
    public required string Reason { get; init; }

    /// <summary>The residency policy that decided; null where none was reached.</summary>
    public Guid? PolicyId { get; init; }

    /// <summary>The version of that policy.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>The legal facts it rests on.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];
}
