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
    /// <summary>Data leaves the countries of <see cref="From"/> for that of <see cref="To"/> as if it stayed.</summary>
    public const string Adequacy = "adequacy";

    /// <summary>What leaves the countries of <see cref="From"/> needs adequacy or a mechanism.</summary>
    public const string TransferMechanism = "transfer-mechanism";

    /// <summary>Data of <see cref="Country"/> goes to none of <see cref="Destinations"/>.</summary>
    public const string TransferBan = "transfer-ban";

    public required string Id { get; init; }

    public required string Kind { get; init; }

    public string? Country { get; init; }

    /// <summary>Where a transfer begins: a country group or a country.</summary>
    public string? From { get; init; }

    /// <summary>The country where a transfer ends.</summary>
    public string? To { get; init; }

    public IReadOnlyList<string> Destinations { get; init; } = [];

    /// <summary>Which recipients it covers, for people; null for all.</summary>
    public string? Scope { get; init; }

    /// <summary>Covers recipients with a certification alone.</summary>
    public bool CertifiedOnly { get; init; }

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
        && IsInForce(now);

    public bool IsInForce(DateTimeOffset now) => Validity.Holds(ValidFrom, ValidBefore, now);

    /// <summary>Whether a transfer that begins in a country is one that this is about.</summary>
    public bool BeginsIn(string country, PolicySnapshot snapshot, DateTimeOffset now) =>
        From is not null && (From == country || (snapshot.FindGroup(From)?.Contains(country, now) ?? false));

    public bool Forbids(CopyKind copy, string country) =>
        country != Country && (Effect is LegalEffect.EveryCopyInCountry || (Effect is LegalEffect.PrimaryInCountry && copy is CopyKind.Primary));
}
