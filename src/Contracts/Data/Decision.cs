namespace Sovereignty.Contracts.Data;

/// <summary>Whether data may be stored as asked, why, and what that obliges to.</summary>
public sealed record Decision
{
    /// <summary>The data that was asked about.</summary>
    public required string DataId { get; init; }

    /// <summary>The tenant whose policies decided.</summary>
    public required string? TenantId { get; init; }

    /// <summary>The answer; the first two admit, the others reject.</summary>
    public required DecisionOutcome Outcome { get; init; }

    /// <summary>One of <see cref="ReasonCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>The reason as one sentence for people.</summary>
    public required string Message { get; init; }

    /// <summary>The residency policy that was selected; null where the input was refused before selection.</summary>
    public Guid? PolicyId { get; init; }

    /// <summary>The version of that policy.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>The policy epoch that decided: the same epoch and input always give the same decision.</summary>
    public required long Epoch { get; init; }

    /// <summary>SHA-256 of the input in hexadecimal.</summary>
    public string? InputHash { get; init; }

    /// <summary>What storing obliges to; null where the level is unknown.</summary>
    public Obligations? Obligations { get; init; }

    /// <summary>Active regions that may hold a replica.</summary>
    public IReadOnlyList<string> AllowedReplicaRegions { get; init; } = [];

    /// <summary>When rejected: active regions that could be the primary, nearest first.</summary>
    public IReadOnlyList<string> NearestCompliantRegions { get; init; } = [];

    /// <summary>The legal facts the decision rests on.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];
}

/// <summary>The five answers. <see cref="Forbidden"/> &gt; <see cref="Indeterminate"/> &gt; allow &gt; <see cref="NotPermitted"/>.</summary>
public enum DecisionOutcome
{
    /// <summary>May be stored.</summary>
    Allow,

    /// <summary>May be stored, and the obligations must be met.</summary>
    AllowWithObligations,

    /// <summary>A rule says no.</summary>
    Forbidden,

    /// <summary>No rule says yes.</summary>
    NotPermitted,

    /// <summary>Something needed is missing or unknown.</summary>
    Indeterminate,
}

/// <summary>A legal fact that a decision rests on.</summary>
public sealed record Citation
{
    /// <summary>The id of the fact, for example <c>localisation-ru</c>.</summary>
    public required string FactId { get; init; }

    /// <summary>The law or decision, for example <c>152-FZ Art. 18(5)</c>.</summary>
    public required string Instrument { get; init; }
}
