using System.Buffers.Binary;
using System.Text;

namespace Sovereignty.TransparencyLog;

/// <summary>A text with signatures, C2SP signed-note.</summary>
public sealed class SignedNote
{
    private const int LongestNote = 1_000_000;
    private const int MostSignatures = 100;
    private const string LineStart = NoteSignature.LineStart;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    /// <summary>The text that is signed, its last newline included.</summary>
    public string Text { get; }

    /// <summary>The signature lines, known keys or not.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Signs a text.</summary>
    /// <param name="text">The text; it ends with a newline.</param>
    /// <param name="signers">One signature line each.</param>
    /// <returns>The note.</returns>
    public static SignedNote Sign(string text, params IReadOnlyList<NoteSigner> signers)
    {
        if (!IsText(text))
        {
            throw new ArgumentException("A note's text ends with a newline and has no other control characters.", nameof(text));
        }

        return new SignedNote(text, [.. signers.Select(signer => signer.Sign(text))]);
    }

    /// <summary>Reads a note without checking any signature.</summary>
    /// <param name="bytes">The note's bytes.</param>
    /// <returns>The note, or null where the bytes are not one.</returns>
    public static SignedNote? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LongestNote)
        {
            return null;
        }

        string note;
        try
        {
            note = Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }

        var split = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !IsText(note) || !IsText(note[..(split + 1)]))
        {
            return null;
        }

        return ReadLines(note[(split + 2)..]) is { } signatures ? new SignedNote(note[..(split + 1)], signatures) : null;
    }

    /// <summary>Reads signature lines alone, as a witness answers them.</summary>
    /// <param name="bytes">One line or more, each ended by a newline.</param>
    /// <returns>The lines, or null where the bytes are no such lines.</returns>
    public static IReadOnlyList<NoteSignature>? ParseSignatures(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LongestNote)
        {
            return null;
        }

        try
        {
            var lines = Utf8.GetString(bytes);
            return IsText(lines) ? ReadLines(lines) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Adds signature lines, for example a witness's to a log's checkpoint. A line that is there already is not written twice.</summary>
    /// <param name="signatures">The lines.</param>
    /// <returns>The note with them.</returns>
    public SignedNote With(params IReadOnlyList<NoteSignature> signatures)
    {
        var all = Signatures.ToList();
        foreach (var signature in signatures)
        {
            if (!all.Exists(known => known.KeyName == signature.KeyName && known.KeyId == signature.KeyId && known.Signature.AsSpan().SequenceEqual(signature.Signature)))
            {
                all.Add(signature);
            }
        }

        return all.Count <= MostSignatures ? new SignedNote(Text, all) : throw new ArgumentException($"A note has at most {MostSignatures} signatures.", nameof(signatures));
    }

    /// <summary>Leaves out the lines of all other keys.</summary>
    /// <param name="keys">The keys whose lines stay.</param>
    /// <returns>The note with them alone.</returns>
    public SignedNote Only(IReadOnlyList<NoteVerifier> keys) =>
        new(Text, [.. Signatures.Where(signature => keys.Any(key => key.Name == signature.KeyName && key.KeyId == signature.KeyId))]);

    /// <summary>
    /// Checks the signatures of the keys that are known. Lines of other keys say nothing, for or against; one line of a
    /// known key that fails refuses the note.
    /// </summary>
    /// <param name="verifiers">The known keys.</param>
    /// <returns>The keys that signed; empty refuses the note.</returns>
    public IReadOnlyList<NoteVerifier> Verify(params IReadOnlyList<NoteVerifier> verifiers) =>
        VerifySignatures(verifiers) is { } verified ? [.. verified.Select(signature => signature.Key).Distinct()] : [];

    /// <summary>Checks the signatures of the keys that are known, like <see cref="Verify"/>, and tells when each cosigned.</summary>
    /// <param name="verifiers">The known keys.</param>
    /// <returns>The lines of known keys, all of them good; null where one fails, which refuses the note.</returns>
    public IReadOnlyList<VerifiedSignature>? VerifySignatures(params IReadOnlyList<NoteVerifier> verifiers)
    {
        var verified = new List<VerifiedSignature>();
        foreach (var signature in Signatures)
        {
            var verifier = verifiers.FirstOrDefault(known => known.Name == signature.KeyName && known.KeyId == signature.KeyId);
            if (verifier is null)
            {
                continue;
            }

            if (!verifier.Verify(Text, signature.Signature))
            {
                return null;
            }

            verified.Add(new(verifier, verifier.Type == NoteKeyType.Cosignature ? Cosignature.Time(signature.Signature) : null));
        }

        return verified;
    }

    /// <summary>The note as it is stored and served.</summary>
    /// <returns>Text, blank line, signature lines.</returns>
    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(signature => signature.ToLine()))}";

    private static List<NoteSignature>? ReadLines(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 2 || lines[^1].Length != 0 || lines.Length - 1 > MostSignatures)
        {
            return null;
        }

        var signatures = new List<NoteSignature>();
        foreach (var line in lines[..^1])
        {
            if (!line.StartsWith(LineStart, StringComparison.Ordinal)
                || line[LineStart.Length..].Split(' ') is not [var name, var encoded]
                || !NoteVerifier.IsKeyName(name)
                || StrictBase64.Decode(encoded) is not { Length: > sizeof(uint) } blob)
            {
                return null;
            }

            signatures.Add(new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(blob), blob[sizeof(uint)..]));
        }

        return signatures;
    }

    private static bool IsText(string text) =>
        text.EndsWith('\n') && !text.Any(character => character < ' ' && character != '\n');
}
