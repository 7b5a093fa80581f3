namespace Sovereignty.Contracts.Data;

/// <summary>The data may be stored as asked, under the obligations of the decision.</summary>
public sealed record DataAdmitted : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The data that was asked about.</summary>
    public required string DataId { get; init; }

    /// <summary>The decision, whole.</summary>
    public required Decision Decision { get; init; }
}
