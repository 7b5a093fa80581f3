using System.Diagnostics;
using System.Text;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.Cli.Audit;

/// <summary><c>audit verify</c> as an outsider: of a log that was handed out, of a proof, of a report.</summary>
internal sealed record VerifyRun(string? Log, FileInfo? Proof, FileInfo? Report, FileInfo? Policy, FileInfo[] Checkpoints, bool Json)
{
    private const int Usage = 64;
    private const int Unavailable = 69;
    private const int ProgressEvery = 1_000_000;

    public async Task<int> Run(CancellationToken ct)
    {
        try
        {
            var files = Log is null ? null : await LogPlace.Open(Log);
            if (Policy is null && await files!.Read("checkpoint", ct) is null)
            {
                return Print(new() { Log = LogReport.Of(new(LogVerdict.Missing, null, "There is no log: it has no checkpoint.")) });
            }

            if (await ReadPolicy(files, ct) is not { } policy)
            {
                await Console.Error.WriteLineAsync("No policy lies with the log. Give the one you trust: --policy FILE.");
                return Unavailable;
            }

            return Print(await Verify(files, policy, ct));
        }
        catch (PolicyFormatException exception)
        {
            await Console.Error.WriteLineAsync($"The policy {Policy?.ToString() ?? "that lies with the log"} cannot be read: {exception.Message}");
            return Policy is null ? Unavailable : Usage;
        }
        catch (IOException exception)
        {
            await Console.Error.WriteLineAsync($"The log cannot be read: {exception.Message}");
            return Unavailable;
        }
    }

    private async Task<TlogPolicy?> ReadPolicy(ILogFiles? files, CancellationToken ct) =>
        (Policy is not null ? await File.ReadAllBytesAsync(Policy.FullName, ct) : await files!.Read("policy", ct)) is { } bytes ? TlogPolicy.Parse(bytes) : null;

    private async Task<OutsideResult> Verify(ILogFiles? files, TlogPolicy policy, CancellationToken ct)
    {
        var proof = Proof is null ? null : ProofCheck.Of(await File.ReadAllBytesAsync(Proof.FullName, ct), policy);
        var report = Report is null ? null : ReportCheck.Of(await File.ReadAllBytesAsync(Report.FullName, ct));
        var result = new OutsideResult { Proof = proof, Report = report, TrustsLog = Policy is null };
        if (files is null)
        {
            return result;
        }

        var held = new List<SignedNote>();
        var findings = new List<LogFinding>();
        foreach (var (name, bytes) in Checkpoints.Select(file => (file.ToString(), File.ReadAllBytes(file.FullName))).Append(("The report's checkpoint", report?.Note ?? [])))
        {
            if (SignedNote.Parse(bytes) is { } note)
            {
                held.Add(note);
            }
            else if (bytes.Length > 0)
            {
                findings.Add(new(LogVerdict.Invalid, null, $"{name} is not a signed note."));
            }
        }

        if (proof?.Proof is { } read && proof.IsGood)
        {
            held.Add(read.Note);
        }

        var watch = Stopwatch.StartNew();
        var (log, verdict) = await new OutsideAudit(files, policy) { OnEntry = report is null ? null : report.Take }.Verify(held, Progress(), ct);
        return result with
        {
            Log = findings.Aggregate(log, (whole, finding) => whole.With(finding)),
            Policy = verdict,
            Seconds = watch.Elapsed.TotalSeconds,
            ReportFindings = report?.Finish(verdict?.Checkpoint?.Size ?? 0) ?? [],
        };
    }

    private static Action<long, long> Progress()
    {
        long next = ProgressEvery;
        return (done, total) =>
        {
            if (done >= next)
            {
                Console.Error.WriteLine($"{done:N0} of {total:N0} entries");
                next += ProgressEvery;
            }
        };
    }

    private int Print(OutsideResult result)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Console.WriteLine(Json ? result.ToJson() : result.ToText());
        return (int)result.Verdict;
    }
}
