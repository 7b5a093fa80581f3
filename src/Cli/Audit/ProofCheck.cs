using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.Cli.Audit;

/// <summary>What a proof file proves.</summary>
/// <param name="Proof">The proof; null where the file is none.</param>
/// <param name="Policy">What the policy says of its checkpoint.</param>
/// <param name="Problem">Why it proves nothing, in a sentence; null where it proves.</param>
internal sealed record ProofCheck(TlogProof? Proof, PolicyVerdict? Policy, string? Problem)
{
    public bool IsGood => Problem is null;

    public static ProofCheck Of(ReadOnlySpan<byte> bytes, TlogPolicy policy)
    {
        if (TlogProof.Parse(bytes) is not { } proof)
        {
            return new(null, null, "The file is not a proof (c2sp.org/tlog-proof@v1).");
        }

        var verdict = policy.Judge(proof.Note);
        var problem = verdict.Problem is { } refused ? $"The proof's checkpoint is refused. {refused}"
            : proof.Extra.IsEmpty ? "The proof does not carry the entry (extra), so that there is nothing to prove."
            : !proof.Includes(proof.Extra.Span) ? $"The proof does not prove that the entry is number {proof.Index} of the log."
            : LogEntry.Read(proof.Extra.Span) is null ? "What the proof carries is in the log, but is not an entry."
            : null;
        return new(proof, verdict, problem);
    }
}
