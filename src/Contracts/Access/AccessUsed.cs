namespace Sovereignty.Contracts.Access;

/// <summary>Data was used under a grant. The actor is the user.</summary>
public sealed record AccessUsed : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The grant.</summary>
    public required Guid GrantId { get; init; }

    /// <summary>The request it came from.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The data.</summary>
    public required string DataId { get; init; }

    /// <summary>The code of the region through which it was seen.</summary>
    public required string Region { get; init; }

    /// <summary>For what, a code in kebab-case.</summary>
    public required string Purpose { get; init; }

    /// <summary>What was done, a code in kebab-case.</summary>
    public required string Action { get; init; }

    /// <summary>How many records; null where not said.</summary>
    public long? Records { get; init; }

    /// <summary>How many bytes; null where not said.</summary>
    public long? Bytes { get; init; }

    /// <summary>How many data subjects; null where not said.</summary>
    public long? Subjects { get; init; }

    /// <summary>The service that asked on the user's behalf.</summary>
    public required Actor ReportedBy { get; init; }
}
