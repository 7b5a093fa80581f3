using System.Text;
using Sovereignty.TransparencyLog.Policy;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.TransparencyLog.Tests;

/// <summary>A log that was handed out, or a proof, with what it must be judged to be.</summary>
internal sealed record LogCase(string Name, string Verdict, string Folder)
{
    public const string NoVerdict = "no verdict";

    public string Kind { get; init; } = "log";

    /// <summary>Files in the place of those of the folder; null for one that is not there.</summary>
    public Dictionary<string, byte[]?> Replace { get; init; } = [];

    public IReadOnlyList<byte[]> Held { get; init; } = [];

    public byte[]? Proof { get; init; }

    public object? Probe { get; init; }

    /// <summary>Whether the verdict goes on with how many things were found and are in flight, and the first findings.</summary>
    public bool InFull { get; init; }

    public LogCase With(string path, byte[]? bytes) => this with { Replace = new(Replace) { [path] = bytes } };

    public LogCase With(string path, string text) => With(path, Encoding.UTF8.GetBytes(text));

    public async Task<string> Judge()
    {
        var files = new Overlaid(this);
        try
        {
            var policy = TlogPolicy.Parse(await files.Read("policy", default));
            if (Kind == "proof")
            {
                return TlogProof.Parse(Proof) is { } proof && policy.Judge(proof.Note).IsSatisfied && proof.Includes(proof.Extra.Span) && LogEntry.Read(proof.Extra.Span) is not null ? "valid" : "invalid";
            }

            var held = Held.Select(note => SignedNote.Parse(note)!).ToList();
            var (report, _) = await new OutsideAudit(files, policy).Verify(held);
            var verdict = report.Verdict.ToString().ToLowerInvariant();
            return InFull ? $"{verdict}; {report.FindingCount} found; {report.InFlight} in flight; {string.Join(' ', report.Findings.Take(3).Select(finding => $"{finding.Index}: {finding.Message}"))}" : verdict;
        }
        catch (PolicyFormatException)
        {
            return NoVerdict;
        }
    }

    private sealed class Overlaid(LogCase one) : ILogFiles
    {
        private readonly DirectoryLogFiles _folder = new(one.Folder);

        public Task<byte[]?> Read(string path, CancellationToken ct) =>
            one.Replace.TryGetValue(path, out var bytes) ? Task.FromResult(bytes) : _folder.Read(path, ct);
    }
}
