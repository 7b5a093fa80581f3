namespace Sovereignty.TransparencyLog.Verification;

/// <summary>What a verification found. The numbers are exit codes.</summary>
public enum LogVerdict
{
    /// <summary>Everything is as it was signed.</summary>
    Valid = 0,

    /// <summary>Something was changed.</summary>
    Invalid = 1,

    /// <summary>Entries between others are not there, or events that a service numbered between others.</summary>
    Gap = 2,

    /// <summary>Entries at the end that were promised are not there, or the whole log is not.</summary>
    Missing = 3,
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Kind">What it makes of the log.</param>
/// <param name="Index">The first entry that it concerns; null where it concerns none in particular.</param>
/// <param name="Message">What is wrong, in a sentence.</param>
public sealed record LogFinding(LogVerdict Kind, long? Index, string Message);

/// <summary>The outcome of a verification.</summary>
public sealed record LogReport
{
    /// <summary>The verdict: invalid before gap before missing.</summary>
    public required LogVerdict Verdict { get; init; }

    /// <summary>Entries read.</summary>
    public required long Entries { get; init; }

    /// <summary>The root recomputed from them; null where entries are not there and their hashes neither.</summary>
    public required MerkleHash? Root { get; init; }

    /// <summary>Signed checkpoints that the entries were checked against.</summary>
    public required long Checkpoints { get; init; }

    /// <summary>Bodies that were opened and are the ones committed to.</summary>
    public required long BodiesOpened { get; init; }

    /// <summary>Bodies whose key is not at hand or was destroyed; their entries were checked all the same.</summary>
    public required long BodiesWithoutKey { get; init; }

    /// <summary>Events that a service numbered and that are not in the log yet, while later ones are; too young to be missed.</summary>
    public long InFlight { get; init; }

    /// <summary>How many things are wrong.</summary>
    public required long FindingCount { get; init; }

    /// <summary>The first of them, in the order of the log.</summary>
    public required IReadOnlyList<LogFinding> Findings { get; init; }

    /// <summary>A report of one thing that is wrong before any entry was read.</summary>
    /// <param name="finding">What is wrong.</param>
    /// <returns>The report.</returns>
    public static LogReport Of(LogFinding finding) => new()
    {
        Verdict = finding.Kind,
        Entries = 0,
        Root = null,
        Checkpoints = 0,
        BodiesOpened = 0,
        BodiesWithoutKey = 0,
        FindingCount = 1,
        Findings = [finding],
    };

    /// <summary>The report with one thing more that is wrong, told first.</summary>
    /// <param name="finding">What is wrong.</param>
    /// <returns>The report.</returns>
    public LogReport With(LogFinding finding) => this with
    {
        Verdict = Verdict == LogVerdict.Valid || finding.Kind < Verdict ? finding.Kind : Verdict,
        FindingCount = FindingCount + 1,
        Findings = [finding, .. Findings],
    };
}
