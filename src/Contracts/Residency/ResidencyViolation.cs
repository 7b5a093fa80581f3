using Sovereignty.Contracts.Data;

namespace Sovereignty.Contracts.Residency;

/// <summary>Admitted data of one kind in one place that would be rejected now.</summary>
public sealed record ResidencyViolation
{
    /// <summary>The violation's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose data it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>The kind of data as policies name it.</summary>
    public required string DataType { get; init; }

    /// <summary>Its level.</summary>
    public required ClassificationLevel Classification { get; init; }

    /// <summary>Country of the data subjects, ISO 3166-1 alpha-2; null where unknown or without subjects.</summary>
    public string? OriginCountry { get; init; }

    /// <summary>The code of the region that takes writes.</summary>
    public required string PrimaryRegion { get; init; }

    /// <summary>Codes of the regions with readable copies.</summary>
    public IReadOnlyList<string> ReplicaRegions { get; init; } = [];

    /// <summary>Codes of the regions with backups.</summary>
    public IReadOnlyList<string> BackupRegions { get; init; } = [];

    /// <summary>How many data ids it was about when it opened.</summary>
    public required long Placements { get; init; }

    /// <summary>One of <see cref="ReasonCodes"/>: why the data would be rejected.</summary>
    public required string Code { get; init; }

    /// <summary>The reason as a sentence for people.</summary>
    public required string Message { get; init; }

    /// <summary>The legal facts it rests on.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];

    /// <summary>Since when: the moment the policy epoch began that rejects it.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>That epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>What can be done; the first that fits is the least effort.</summary>
    public IReadOnlyList<Remediation> Remediations { get; init; } = [];
}

/// <summary>A way out of a violation.</summary>
public sealed record Remediation
{
    /// <summary>What to do.</summary>
    public required RemediationKind Kind { get; init; }

    /// <summary>The region of the copy it is about; null where it is about the whole.</summary>
    public string? Region { get; init; }

    /// <summary>Where the copy could go instead, nearest first.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];
}

/// <summary>Ways out of a violation.</summary>
public enum RemediationKind
{
    /// <summary>Move the copy to one of the targets.</summary>
    Move,

    /// <summary>Delete the replica or backup.</summary>
    DeleteCopy,

    /// <summary>Declare a transfer mechanism in the residency policy.</summary>
    ObtainMechanism,

    /// <summary>Have a compliance officer or data-protection officer answer for it until a moment.</summary>
    Accept,
}

/// <summary>What ended a violation.</summary>
public enum ViolationResolution
{
    /// <summary>A policy, fact, rule or region changed, and the data would be admitted.</summary>
    Permitted,

    /// <summary>No data is left there: it was moved, deleted or reclassified.</summary>
    NothingLeft,
}
