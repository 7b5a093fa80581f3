namespace Sovereignty.Evaluation.Publishing;

/// <summary>What a check of policies, facts and rules before they are published has to say.</summary>
/// <param name="Kind">One of <see cref="FindingKinds"/>.</param>
/// <param name="Place">JSON pointer (RFC 6901) into what is to be published.</param>
/// <param name="Message">What is the matter, and what to do where something is to be done.</param>
public sealed record PublishingFinding(string Kind, FindingSeverity Severity, string Place, string Message)
{
    /// <summary>The regions it is about, by code.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>The kinds of copy it is about.</summary>
    public IReadOnlyList<CopyKind> Copies { get; init; } = [];
}

/// <summary>How grave a finding is, from the gravest.</summary>
public enum FindingSeverity
{
    /// <summary>It cannot be published.</summary>
    Refuse,

    /// <summary>It can, and somebody should look at it first.</summary>
    Warn,

    /// <summary>What it changes.</summary>
    Info,
}

public static class FindingKinds
{
    /// <summary>A value is missing or wrong.</summary>
    public const string Fault = "fault";

    /// <summary>Two policies of one level apply at one time.</summary>
    public const string Overlap = "overlap";

    /// <summary>Nothing could ever be stored under it.</summary>
    public const string Impossible = "impossible";

    /// <summary>A time without it, that a broader policy or none decides.</summary>
    public const string Gap = "gap";

    /// <summary>A part of it that never takes effect.</summary>
    public const string Shadowed = "shadowed";

    /// <summary>A primary region without a second one to fail over to.</summary>
    public const string NoFailover = "no-failover";

    /// <summary>Where copies may be that might not be there before.</summary>
    public const string NewlyPermitted = "newly-permitted";

    /// <summary>Where copies may no longer be.</summary>
    public const string Narrowed = "narrowed";
}
