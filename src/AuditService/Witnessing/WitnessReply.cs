using System.Globalization;
using System.Text;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Witnessing;

/// <summary>What a witness's answer to a checkpoint means.</summary>
internal abstract record WitnessReply
{
    private const int LongestSize = 20;

    /// <summary>Reads an answer.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="body">Its body.</param>
    /// <param name="oldSize">The size that the proof began at.</param>
    /// <param name="offered">The checkpoint.</param>
    /// <param name="witness">The witness's key.</param>
    public static WitnessReply Read(int status, byte[] body, long oldSize, SignedNote offered, NoteVerifier witness) => status switch
    {
        200 => ReadCosignature(body, offered, witness),
        409 => ReadSize(body) is { } held ? new OtherSize(held) : new Failed("answered 409 without a size"),
        422 => new Contradicted(oldSize),
        _ => new Failed(string.Create(CultureInfo.InvariantCulture, $"answered {status}")),
    };

    private static WitnessReply ReadCosignature(byte[] body, SignedNote offered, NoteVerifier witness)
    {
        // Lines of other keys are left out; one of this key that fails refuses all.
        var own = SignedNote.ParseSignatures(body)?.Where(line => line.KeyName == witness.Name && line.KeyId == witness.KeyId).ToList() ?? [];
        return own.Count > 0 && own.TrueForAll(line => witness.Verify(offered.Text, line.Signature))
            ? new Cosigned(own[0])
            : new Failed("answered without a cosignature that verifies");
    }

    private static long? ReadSize(byte[] body) =>
        body.Length <= LongestSize && Encoding.ASCII.GetString(body) is [.. var digits, '\n']
        && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
            : null;
}

/// <summary>It cosigned.</summary>
internal sealed record Cosigned(NoteSignature Line) : WitnessReply;

/// <summary>It holds a checkpoint of another size than the proof began at.</summary>
internal sealed record OtherSize(long Held) : WitnessReply;

/// <summary>The checkpoint does not continue the one it holds.</summary>
internal sealed record Contradicted(long Held) : WitnessReply;

/// <summary>Away, or not answering as the protocol says. Tried again later.</summary>
internal sealed record Failed(string Reason) : WitnessReply;
