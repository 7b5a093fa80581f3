namespace Sovereignty.Contracts.Data;

/// <summary>What storing data of a classification level obliges to.</summary>
public sealed record Obligations
{
    /// <summary>Encryption at rest.</summary>
    public required Requirement Encryption { get; init; }

    /// <summary>Logging of every access.</summary>
    public required Requirement AuditLog { get; init; }

    /// <summary>How long the data is kept.</summary>
    public required Retention Retention { get; init; }

    /// <summary>How personal data is handled.</summary>
    public required PersonalDataHandling PersonalData { get; init; }

    /// <summary>Whether and how the data may cross a border.</summary>
    public required CrossBorderRule CrossBorder { get; init; }
}

/// <summary>How binding an obligation is, from the loosest.</summary>
public enum Requirement
{
    /// <summary>As one likes.</summary>
    Optional,

    /// <summary>Should be done.</summary>
    Recommended,

    /// <summary>Must be done.</summary>
    Required,
}

/// <summary>How personal data is handled, from the loosest.</summary>
public enum PersonalDataHandling
{
    /// <summary>As any other data.</summary>
    Standard,

    /// <summary>Strict controls.</summary>
    Strict,
}

/// <summary>Whether data may cross a border, from the loosest.</summary>
public enum CrossBorderRule
{
    /// <summary>By an automatic grant.</summary>
    Allowed,

    /// <summary>By an automatic grant, and each use is logged.</summary>
    AllowedWithLogging,

    /// <summary>Only after approval by people.</summary>
    Restricted,
}

/// <summary>How long data is kept, as ISO 8601 durations.</summary>
public sealed record Retention
{
    /// <summary>Not deleted before, for example <c>P7Y</c>; null for no lower bound.</summary>
    public string? Least { get; init; }

    /// <summary>Deleted at the latest, for example <c>P7Y</c>; null where the tenant or the user sets it.</summary>
    public string? Most { get; init; }
}
