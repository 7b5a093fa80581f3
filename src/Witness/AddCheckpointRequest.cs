using System.Globalization;
using System.Text;
using Sovereignty.TransparencyLog;

namespace Sovereignty.Witness;

/// <summary>The body of <c>add-checkpoint</c>: the size of the checkpoint that the proof begins at, the proof, the signed checkpoint.</summary>
internal sealed record AddCheckpointRequest(long OldSize, IReadOnlyList<MerkleHash> Proof, SignedNote Note, Checkpoint Checkpoint)
{
    public const int LongestProof = 63;

    private const string Old = "old ";

    // Nothing that is right is longer: `old ` and the largest size have 23 bytes, a hash has 44.
    private const int LongestLine = 44;

    /// <summary>Reads the body; null where it is none.</summary>
    public static AddCheckpointRequest? Parse(ReadOnlySpan<byte> body)
    {
        if (!TakeLine(ref body, out var first) || OldSizeOf(first) is not { } oldSize)
        {
            return null;
        }

        var proof = new List<MerkleHash>();
        while (true)
        {
            if (!TakeLine(ref body, out var line))
            {
                return null;
            }

            if (line.Length == 0)
            {
                break;
            }

            if (proof.Count == LongestProof || StrictBase64.Decode(line) is not { Length: MerkleHash.Length } hash)
            {
                return null;
            }

            proof.Add(new MerkleHash(hash));
        }

        return SignedNote.Parse(body) is { } note && Checkpoint.Parse(note.Text) is { } checkpoint
            ? new AddCheckpointRequest(oldSize, proof, note, checkpoint)
            : null;
    }

    private static long? OldSizeOf(string line) =>
        line.StartsWith(Old, StringComparison.Ordinal)
        && long.TryParse(line.AsSpan(Old.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
        && line == Old + size.ToString(CultureInfo.InvariantCulture)
            ? size
            : null;

    private static bool TakeLine(ref ReadOnlySpan<byte> body, out string line)
    {
        line = "";
        var end = body.IndexOf((byte)'\n');
        if (end is < 0 or > LongestLine || !Ascii.IsValid(body[..end]))
        {
            return false;
        }

        line = Encoding.ASCII.GetString(body[..end]);
        body = body[(end + 1)..];
        return true;
    }
}
