using Sovereignty.Contracts.Data;

namespace Sovereignty.Contracts.Residency;

/// <summary>A law, a decision of an authority, or a rule of the platform, with its days of force. No policy lifts it.</summary>
public sealed record LegalFact
{
    /// <summary>For example <c>adequacy-eea-gb</c>; lower-case letters, digits and hyphens, 1 to 100 characters. The same for all versions.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="LegalFactKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The law or decision, for people, for example <c>152-FZ Art. 18(5)</c>.</summary>
    public required string Instrument { get; init; }

    /// <summary>The country the fact is of, ISO 3166-1 alpha-2: data that originates there is concerned. Null where <see cref="From"/> says it, or for any origin.</summary>
    public string? Country { get; init; }

    /// <summary>Where a transfer begins: a country group or a country.</summary>
    public string? From { get; init; }

    /// <summary>adequacy: the country where the transfer ends.</summary>
    public string? To { get; init; }

    /// <summary>Countries that data must not reach, ISO 3166-1 alpha-2.</summary>
    public IReadOnlyList<string> Destinations { get; init; } = [];

    /// <summary>The kinds of data concerned; empty for all.</summary>
    public IReadOnlyList<string> DataTypes { get; init; } = [];

    /// <summary>The classification levels concerned; empty for all.</summary>
    public IReadOnlyList<ClassificationLevel> Levels { get; init; } = [];

    /// <summary>country-group: the group's code, for example <c>EEA</c>.</summary>
    public string? Group { get; init; }

    /// <summary>country-group: the members and their days of membership.</summary>
    public IReadOnlyList<GroupMember> Members { get; init; } = [];

    /// <summary>Which recipients it covers, for people; null for all.</summary>
    public string? Scope { get; init; }

    /// <summary>adequacy: covers recipients with a certification alone.</summary>
    public bool CertifiedOnly { get; init; }

    /// <summary>What a placement alone decides; none where it takes more than a placement says.</summary>
    public LegalEffect Effect { get; init; }

    /// <summary>The first day of force, in UTC; null where it has been so for ever.</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <summary>The last day of force, in UTC; null for no end.</summary>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>For people, for example <c>in-force-under-appeal</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The rule in a sentence, for people.</summary>
    public string? Rule { get; init; }

    /// <summary>What else is worth knowing, for people.</summary>
    public string? Note { get; init; }

    /// <summary>The day by which somebody should look at it again.</summary>
    public DateOnly? ReviewBy { get; init; }
}

/// <summary>A country in a group, from its first to its last day, in UTC; null for no bound.</summary>
public sealed record GroupMember
{
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }

    /// <summary>The first day.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day.</summary>
    public DateOnly? Until { get; init; }
}

/// <summary>What a legal fact decides from a placement alone.</summary>
public enum LegalEffect
{
    /// <summary>Nothing: it takes more than a placement says.</summary>
    None,

    /// <summary>The primary stays in the fact's country; copies abroad need review.</summary>
    PrimaryInCountry,

    /// <summary>Every copy stays in the fact's country.</summary>
    EveryCopyInCountry,

    /// <summary>No copy lies in one of the destinations.</summary>
    NotInDestinations,

    /// <summary>A copy outside the countries of <see cref="LegalFact.From"/> needs a decision of adequacy or a mechanism that the policy declares.</summary>
    MechanismRequired,
}

/// <summary>The kinds of legal fact.</summary>
public static class LegalFactKinds
{
    /// <summary>Data leaves the countries of <see cref="LegalFact.From"/> for that of <see cref="LegalFact.To"/> as if it stayed (GDPR Art. 45).</summary>
    public const string Adequacy = "adequacy";

    /// <summary>What leaves the countries of <see cref="LegalFact.From"/> needs adequacy or a mechanism (GDPR Art. 44).</summary>
    public const string TransferMechanism = "transfer-mechanism";

    /// <summary>Data of the fact's country goes to none of its destinations (28 CFR 202).</summary>
    public const string TransferBan = "transfer-ban";

    /// <summary>A transfer depends on more than the platform knows, for example on counts of persons (PIPL Art. 38).</summary>
    public const string TransferCondition = "transfer-condition";

    /// <summary>Any country but those listed (DPDP Act s. 16).</summary>
    public const string TransferNegativeList = "transfer-negative-list";

    /// <summary>Data is stored in its country (152-FZ Art. 18(5)).</summary>
    public const string Localisation = "localisation";

    /// <summary>Nothing is handed to a foreign authority without approval (PIPL Art. 41).</summary>
    public const string ForeignAuthority = "foreign-authority";

    /// <summary>Known to ask for no location (CCPA).</summary>
    public const string NoLocationRule = "no-location-rule";

    /// <summary>Which countries a group has, and when.</summary>
    public const string CountryGroup = "country-group";

    /// <summary>A rule of the platform itself.</summary>
    public const string PlatformRule = "platform-rule";

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Adequacy, TransferMechanism, TransferBan, TransferCondition, TransferNegativeList, Localisation, ForeignAuthority, NoLocationRule, CountryGroup, PlatformRule];
}
