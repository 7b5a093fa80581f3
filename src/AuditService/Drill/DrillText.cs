using System.Globalization;
using System.Text;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Drill;

/// <summary>A drill for people and for machines.</summary>
internal static class DrillText
{
    public static string Table(LogReport before, IReadOnlyList<Attempt> attempts, LogReport after, TimeSpan took)
    {
        string[][] rows =
        [
            ["attempt", "as", "outcome", "caught by"],
            .. attempts.Select(attempt => new[] { attempt.Tampering, Name(attempt.Identity), attempt.Outcome, attempt.Caught ? string.Join(", ", attempt.Controls) : "NOT CAUGHT" }),
        ];
        var widths = Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadRight(widths[2])}  {row[3]}");
        }

        foreach (var tampering in Tamperings.All.Select(tampering => tampering.Name).Except(attempts.Select(attempt => attempt.Tampering)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{tampering}: not tried, the log is too short for it");
        }

        if (attempts.Any(attempt => attempt.Controls is [var first, ..] && HeldCheckpoint.IsControl(first)))
        {
            text.AppendLine();
            text.AppendLine("Where only a witness or a checkpoint held elsewhere caught it, the log agrees with itself, with its checkpoints and with its signing");
            text.AppendLine("key: whoever has the database, the checkpoint file and the key can make another log. Only a checkpoint out of their reach shows it.");
            if (attempts.Any(attempt => attempt.Controls.Contains(HeldCheckpoint.Elsewhere)))
            {
                text.AppendLine("No witness answered here; what caught it is a copy of the newest checkpoint from before the drill, as an auditor would have one.");
            }
        }

        var caught = attempts.Count(attempt => attempt.Caught);
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"the running log: {Word(before.Verdict)} before ({before.Entries:N0} entries), {Word(after.Verdict)} after ({after.Entries:N0} entries)");
        text.AppendLine(CultureInfo.InvariantCulture, $"{caught} of {attempts.Count} attempts caught, {attempts.Count(attempt => attempt.Refused)} of them refused by the database; {took.TotalSeconds:0.0} s");
        return text.ToString();
    }

    public static string Json(LogReport before, IReadOnlyList<Attempt> attempts, LogReport after) =>
        JsonSerializer.Serialize(
            new
            {
                Caught = attempts.All(attempt => attempt.Caught),
                Attempts = attempts,
                Running = new { Before = before.Verdict, EntriesBefore = before.Entries, After = after.Verdict, EntriesAfter = after.Entries },
            },
            ContractJson.Options) + Environment.NewLine;

    private static string Name(Identity identity) => identity.ToString().ToLowerInvariant();

    private static string Word(LogVerdict verdict) => verdict.ToString().ToLowerInvariant();
}
