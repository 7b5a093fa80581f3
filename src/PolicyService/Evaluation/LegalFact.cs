namespace Sovereignty.PolicyService.Evaluation;

/// <summary>What a legal fact decides from a placement alone, for data that originates in its country.</summary>
internal enum LegalEffect
{
    /// <summary>Nothing: it takes more than a placement says.</summary>
    None,

    /// <summary>The primary stays in the country; copies abroad need review.</summary>
    PrimaryInCountry,

    /// <summary>Every copy stays in the country.</summary>
    EveryCopyInCountry,
}

/// <summary>A law or decision with its time of force. No data types means all.</summary>
internal sealed record LegalFact
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public string? Country { get; init; }

    public IReadOnlyList<string> DataTypes { get; init; } = [];

    public required string Instrument { get; init; }

    public DateTimeOffset? ValidFrom { get; init; }

    public DateTimeOffset? ValidBefore { get; init; }

    public LegalEffect Effect { get; init; }

    public bool Concerns(Placement placement, DateTimeOffset now) =>
        Effect is not LegalEffect.None
        && Country is not null
        && Country == placement.OriginCountry
        && (DataTypes.Count == 0 || DataTypes.Contains(placement.DataType, StringComparer.Ordinal))
        && Validity.Holds(ValidFrom, ValidBefore, now);

    public bool Forbids(CopyKind copy, string country) =>
        country != Country && (Effect is LegalEffect.EveryCopyInCountry || (Effect is LegalEffect.PrimaryInCountry && copy is CopyKind.Primary));
}
