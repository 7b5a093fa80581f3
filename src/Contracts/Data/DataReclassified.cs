namespace Sovereignty.Contracts.Data;

/// <summary>Data has another classification level than before.</summary>
public sealed record DataReclassified : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The data.</summary>
    public required string DataId { get; init; }

    /// <summary>The kind of data as policies name it.</summary>
    public required string DataType { get; init; }

    /// <summary>The level until now.</summary>
    public required ClassificationLevel Previous { get; init; }

    /// <summary>The level from now on.</summary>
    public required ClassificationLevel Classification { get; init; }

    /// <summary>The axes on which the new level obliges to more: <c>encryption</c>, <c>auditLog</c>, <c>retention</c>, <c>personalData</c>, <c>crossBorder</c>, <c>longestAccess</c>; empty where it is nowhere stricter.</summary>
    public required IReadOnlyList<string> StricterOn { get; init; }

    /// <summary>Rises by one with each classification of this data; that of <see cref="DataClassified"/>.</summary>
    public required int Version { get; init; }
}
