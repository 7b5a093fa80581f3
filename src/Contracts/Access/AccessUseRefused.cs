namespace Sovereignty.Contracts.Access;

/// <summary>No grant covers a use of data that was asked for. The actor is the user.</summary>
public sealed record AccessUseRefused : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The data.</summary>
    public required string DataId { get; init; }

    /// <summary>The code of the region through which it was to be seen.</summary>
    public required string Region { get; init; }

    /// <summary>For what, a code in kebab-case.</summary>
    public required string Purpose { get; init; }

    /// <summary>What was to be done, a code in kebab-case.</summary>
    public required string Action { get; init; }

    /// <summary>One of <see cref="AccessCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>The service that asked on the user's behalf.</summary>
    public required Actor ReportedBy { get; init; }
}
