using System.Globalization;
using System.Text;

namespace Sovereignty.TransparencyLog;

/// <summary>A proof for an auditor that an entry is in a log, C2SP tlog-proof: verifies without the log.</summary>
/// <param name="Index">The entry's place in the log.</param>
/// <param name="Proof">The inclusion proof, from the leaf upwards.</param>
/// <param name="Note">The signed checkpoint.</param>
public sealed record TlogProof(long Index, IReadOnlyList<MerkleHash> Proof, SignedNote Note)
{
    private const string FirstLine = "c2sp.org/tlog-proof@v1";
    private const string ExtraStart = "extra ";
    private const string IndexStart = "index ";
    private const int LongestProof = 2_000_000;
    private const int MostHashes = 63;

    /// <summary>What goes with the proof and is not part of it; in proofs of this log the entry's bytes. Empty for nothing.</summary>
    public ReadOnlyMemory<byte> Extra { get; init; }

    /// <summary>Reads a proof without checking it. Only the one canonical form is taken.</summary>
    /// <param name="bytes">The file.</param>
    /// <returns>The proof, or null where the bytes are not one.</returns>
    public static TlogProof? Parse(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\n\n"u8);
        if (bytes.Length > LongestProof || end < 0 || !Ascii.IsValid(bytes[..end]) || SignedNote.Parse(bytes[(end + 2)..]) is not { } note)
        {
            return null;
        }

        var lines = new Queue<string>(Encoding.ASCII.GetString(bytes[..end]).Split('\n'));
        if (lines.Dequeue() != FirstLine || !lines.TryDequeue(out var line))
        {
            return null;
        }

        byte[] extra = [];
        if (line.StartsWith(ExtraStart, StringComparison.Ordinal))
        {
            if (StrictBase64.Decode(line[ExtraStart.Length..]) is not { Length: > 0 } decoded || !lines.TryDequeue(out line))
            {
                return null;
            }

            extra = decoded;
        }

        if (!line.StartsWith(IndexStart, StringComparison.Ordinal)
            || !long.TryParse(line.AsSpan(IndexStart.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || line != Line(index)
            || lines.Count > MostHashes)
        {
            return null;
        }

        var proof = new List<MerkleHash>();
        foreach (var hash in lines)
        {
            if (StrictBase64.Decode(hash) is not { Length: MerkleHash.Length } decoded)
            {
                return null;
            }

            proof.Add(new MerkleHash(decoded));
        }

        return new TlogProof(index, proof, note) { Extra = extra };
    }

    /// <summary>Whether the proof proves an entry to be in the tree of its checkpoint. Says nothing of who signed that.</summary>
    /// <param name="entry">The entry's bytes.</param>
    /// <returns>True only where it does.</returns>
    public bool Includes(ReadOnlySpan<byte> entry) =>
        Checkpoint.Parse(Note.Text) is { } checkpoint
        && MerkleProof.VerifyInclusion(Index, checkpoint.Size, MerkleHash.Leaf(entry), Proof, checkpoint.Root);

    /// <summary>The proof as a file.</summary>
    /// <returns>Lines of the proof, blank line, checkpoint.</returns>
    public override string ToString()
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        if (!Extra.IsEmpty)
        {
            text.Append(ExtraStart).Append(Convert.ToBase64String(Extra.Span)).Append('\n');
        }

        text.Append(Line(Index)).Append('\n');
        foreach (var hash in Proof)
        {
            text.Append(hash.ToBase64()).Append('\n');
        }

        return text.Append('\n').Append(Note).ToString();
    }

    private static string Line(long index) => IndexStart + index.ToString(CultureInfo.InvariantCulture);
}
