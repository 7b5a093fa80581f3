using System.Globalization;
using System.Text;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.TransparencyLog.Policy;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.Cli.Audit;

/// <summary>What an outsider found.</summary>
internal sealed record OutsideResult
{
    public LogReport? Log { get; init; }

    public PolicyVerdict? Policy { get; init; }

    public ProofCheck? Proof { get; init; }

    public ReportCheck? Report { get; init; }

    public IReadOnlyList<LogFinding> ReportFindings { get; init; } = [];

    /// <summary>Whether the policy came with the log.</summary>
    public bool TrustsLog { get; init; }

    public double Seconds { get; init; }

    public LogVerdict Verdict => Findings.Select(finding => finding.Kind).Append(Log?.Verdict ?? LogVerdict.Valid).Where(kind => kind != LogVerdict.Valid).DefaultIfEmpty(LogVerdict.Valid).Min();

    private IEnumerable<LogFinding> Findings =>
    [
        .. Log?.Findings ?? [],
        .. Proof?.Problem is { } problem ? [new LogFinding(LogVerdict.Invalid, Proof.Proof?.Index, problem)] : Array.Empty<LogFinding>(),
        .. ReportFindings,
    ];

    private double EntriesPerSecond => Log is { Entries: > 0 } && Seconds > 0 ? Math.Round(Log.Entries / Seconds) : 0;

    private PolicyVerdict? Judged => Policy ?? Proof?.Policy;

    public string ToText()
    {
        var lines = Findings.Select(finding => finding.Message).ToList();
        if (Log is { } log)
        {
            if (log.FindingCount > log.Findings.Count)
            {
                lines.Add($"... and {log.FindingCount - log.Findings.Count:N0} more.");
            }

            if (log.InFlight > 0)
            {
                lines.Add($"{log.InFlight:N0} events that services numbered are not in the log yet; they are in flight.");
            }

            lines.Add($"{log.Entries:N0} entries, {log.Checkpoints:N0} checkpoints; root {log.Root?.ToBase64() ?? "unknown"}; {EntriesPerSecond:N0} entries/s");
        }

        if (Judged is { Checkpoint: { } checkpoint } judged)
        {
            lines.Add($"checkpoint of {checkpoint.Origin} over {checkpoint.Size:N0} entries; cosigned by {(judged.Cosigned.Count == 0 ? "no witness" : string.Join(", ", judged.Cosigned.Select(cosigned => $"{cosigned.Witness.Name} ({Time(cosigned.Time)})")))}; quorum {(judged.QuorumMet ? "met" : "not met")}");
        }

        if (Proof is { IsGood: true, Proof: { } proof })
        {
            lines.Add($"entry {proof.Index} is in the log: {Encoding.UTF8.GetString(proof.Extra.Span)}");
        }

        if (Report is not null)
        {
            lines.AddRange([.. Report.Issued is { } issued ? [$"the report was issued by entry {issued}"] : Array.Empty<string>(), .. Report.NotChecked is { } not ? [not] : Array.Empty<string>()]);
        }

        if (TrustsLog && Judged is not null)
        {
            lines.Add("Trust was taken from the log itself: its keys are those of the policy beside it. Give the policy that you have from elsewhere: --policy FILE.");
        }

        lines.Add(Word(Verdict));
        return string.Join(Environment.NewLine, lines);
    }

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            Verdict = Word(Verdict),
            Entries = Log?.Entries,
            Root = Log?.Root?.ToBase64(),
            Checkpoints = Log?.Checkpoints,
            EntriesPerSecond,
            Log?.InFlight,
            Findings = Findings.Select(finding => new { Kind = Word(finding.Kind), finding.Index, finding.Message }),
            FindingCount = (Log?.FindingCount - Log?.Findings.Count ?? 0) + Findings.Count(),
            Trust = TrustsLog ? "log" : "policy",
            Checkpoint = Judged?.Checkpoint is { } checkpoint ? new { checkpoint.Origin, checkpoint.Size, Root = checkpoint.Root.ToBase64() } : null,
            Cosigned = Judged?.Cosigned.Select(cosigned => new { cosigned.Witness.Name, cosigned.Time }),
            QuorumMet = Judged?.QuorumMet,
            Proof = Proof is { IsGood: true, Proof: { } proof } ? new { proof.Index, Entry = Encoding.UTF8.GetString(proof.Extra.Span) } : null,
            Report = Report is null ? null : new { Report.Id, Report.Issued, Report.Recounted, Report.NotChecked },
        },
        ContractJson.Options);

    private static string Word(LogVerdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Time(long seconds) =>
        seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : seconds.ToString(CultureInfo.InvariantCulture);
}
