namespace Sovereignty.Contracts.Data;

/// <summary>Data has a classification level now: at its creation, or by a later change.</summary>
public sealed record DataClassified : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The classified data.</summary>
    public required string DataId { get; init; }

    /// <summary>The kind of data as policies name it.</summary>
    public required string DataType { get; init; }

    /// <summary>The level from now on.</summary>
    public required ClassificationLevel Classification { get; init; }

    /// <summary>The level until now; null at the first classification.</summary>
    public ClassificationLevel? Previous { get; init; }

    /// <summary>Rises by one with each classification of this data, from 1.</summary>
    public required int Version { get; init; }
}
