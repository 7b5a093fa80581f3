using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.TransparencyLog.Verification;

/// <summary>What an outsider can say of a log from its files and a policy alone.</summary>
/// <param name="files">The log.</param>
/// <param name="policy">Whom the reader trusts.</param>
public sealed class OutsideAudit(ILogFiles files, TlogPolicy policy)
{
    /// <summary>Told of each entry in the order of the log, with its place.</summary>
    public Action<long, LogEntry>? OnEntry { get; init; }

    /// <summary>Verifies checkpoint, quorum, tiles and entries.</summary>
    /// <param name="held">Checkpoints that the reader has from before; the log must continue them.</param>
    /// <param name="progress">Told of entries done and of their number, now and then.</param>
    /// <param name="ct">Cancels it.</param>
    /// <returns>The outcome, and what the policy says of the log's checkpoint; null where there is none.</returns>
    /// <exception cref="IOException">The log cannot be read, so that there is no verdict.</exception>
    public async Task<(LogReport Report, PolicyVerdict? Policy)> Verify(IReadOnlyList<SignedNote> held, Action<long, long>? progress = null, CancellationToken ct = default)
    {
        if (await files.Read("checkpoint", ct) is not { } bytes)
        {
            return (LogReport.Of(new(LogVerdict.Missing, null, "There is no log: it has no checkpoint.")), null);
        }

        if (SignedNote.Parse(bytes) is not { } note)
        {
            return (LogReport.Of(new(LogVerdict.Invalid, null, "The log's checkpoint is not a signed note.")), null);
        }

        var verdict = policy.Judge(note);
        if (verdict is not { Checkpoint: { } checkpoint, Log: { } log })
        {
            return (LogReport.Of(new(LogVerdict.Invalid, null, $"The log's checkpoint is refused. {verdict.Problem}")), verdict);
        }

        var ascending = held.OrderBy(older => Checkpoint.Parse(older.Text)?.Size).Select(older => older.ToString()).ToList();
        var verifier = new LogVerifier(new TileLogSource(files, note.ToString(), checkpoint, ascending), checkpoint.Origin, log.Key) { Elsewhere = "by you", OnEntry = OnEntry };
        var report = await verifier.Verify(progress, ct);
        return (verdict.Problem is { } problem ? report.With(new LogFinding(LogVerdict.Invalid, null, $"The log's checkpoint is refused. {problem}")) : report, verdict);
    }
}
