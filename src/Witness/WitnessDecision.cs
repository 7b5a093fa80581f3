using Sovereignty.TransparencyLog;

namespace Sovereignty.Witness;

/// <summary>What a witness says to a checkpoint that the log signed.</summary>
internal enum Verdict
{
    Cosign,

    /// <summary>The proof would begin past the end of what is offered.</summary>
    ProofBeginsTooLate,

    /// <summary>The proof does not begin at the checkpoint that was cosigned last.</summary>
    OtherSizeHeld,

    /// <summary>Not proven to continue what was cosigned.</summary>
    Unproven,
}

internal static class WitnessDecision
{
    /// <param name="held">The checkpoint cosigned last; null where none was.</param>
    /// <param name="oldSize">The size at which the proof begins, by the submitter's account.</param>
    /// <param name="proof">The consistency proof.</param>
    /// <param name="offered">The checkpoint, whose signature was verified.</param>
    public static Verdict Of(Checkpoint? held, long oldSize, IReadOnlyList<MerkleHash> proof, Checkpoint offered)
    {
        if (oldSize > offered.Size)
        {
            return Verdict.ProofBeginsTooLate;
        }

        if (oldSize != (held?.Size ?? 0))
        {
            return Verdict.OtherSizeHeld;
        }

        var proven = oldSize == 0
            ? proof.Count == 0 && (offered.Size > 0 || offered.Root == MerkleHash.EmptyRoot)
            : MerkleProof.VerifyConsistency(oldSize, offered.Size, proof, held!.Root, offered.Root);
        return proven ? Verdict.Cosign : Verdict.Unproven;
    }

    /// <summary>
    /// Whether a refusal says anything against the log. A checkpoint as large as the held one or smaller may be one that was
    /// cosigned here, which anybody can offer again; only a second root of the same size speaks for itself.
    /// </summary>
    public static bool IsEvidence(Checkpoint? held, Checkpoint offered, Verdict verdict) =>
        ProvesFork(held, offered) || (verdict == Verdict.Unproven && offered.Size > (held?.Size ?? 0));

    /// <summary>Whether the checkpoint alone proves that the log signed two histories: a second root for a size that has one.</summary>
    public static bool ProvesFork(Checkpoint? held, Checkpoint offered) =>
        (held?.Size == offered.Size && held.Root != offered.Root) || (offered.Size == 0 && offered.Root != MerkleHash.EmptyRoot);
}
