using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Sovereignty.TransparencyLog;

/// <summary>The public half of an Ed25519 key that signs notes or cosigns checkpoints.</summary>
public sealed class NoteVerifier
{
    private readonly PublicKey _key;

    /// <summary>Takes a public key.</summary>
    /// <param name="name">The key's name: not empty, without white space and plus.</param>
    /// <param name="publicKey">The 32 bytes of the key.</param>
    /// <param name="type">What it signs.</param>
    public NoteVerifier(string name, ReadOnlySpan<byte> publicKey, NoteKeyType type = NoteKeyType.Ed25519)
    {
        if (!IsKeyName(name))
        {
            throw new ArgumentException("A key's name is not empty and has no white space and no plus.", nameof(name));
        }

        Name = name;
        Type = type;
        _key = PublicKey.Import(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey);
        KeyId = IdOf(name, publicKey, type);
    }

    /// <summary>The key's name.</summary>
    public string Name { get; }

    /// <summary>What it signs.</summary>
    public NoteKeyType Type { get; }

    /// <summary>The key's id: the first four bytes of SHA-256 over name, newline, type and key.</summary>
    public uint KeyId { get; }

    /// <summary>Reads a verifier key.</summary>
    /// <param name="text">In the form <c>name+keyid+base64</c>.</param>
    /// <returns>The key, or null where the text is none of a known type or its id is not its own.</returns>
    public static NoteVerifier? Parse(string text)
    {
        var parts = text.Split('+', 3);
        if (parts.Length != 3 || !IsKeyName(parts[0])
            || parts[1].Length != 8 || !parts[1].All(char.IsAsciiHexDigitLower)
            || StrictBase64.Decode(parts[2]) is not { Length: 33 } blob || (NoteKeyType)blob[0] is not (NoteKeyType.Ed25519 or NoteKeyType.Cosignature)
            || !PublicKey.TryImport(SignatureAlgorithm.Ed25519, blob.AsSpan(1), KeyBlobFormat.RawPublicKey, out _))
        {
            return null;
        }

        var verifier = new NoteVerifier(parts[0], blob.AsSpan(1), (NoteKeyType)blob[0]);
        return verifier.KeyId == uint.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) ? verifier : null;
    }

    /// <summary>Whether a signature over a text is this key's.</summary>
    /// <param name="text">The note's text, its last newline included.</param>
    /// <param name="signature">The signature's 64 bytes; 72 with the time of a cosignature.</param>
    /// <returns>True only where it is.</returns>
    public bool Verify(string text, ReadOnlySpan<byte> signature) =>
        Type == NoteKeyType.Cosignature
            ? Cosignature.Time(signature) is { } time && VerifyBytes(Cosignature.Message(time, text), signature[sizeof(ulong)..])
            : VerifyBytes(Encoding.UTF8.GetBytes(text), signature);

    /// <summary>The verifier key as it is handed out.</summary>
    /// <returns>In the form <c>name+keyid+base64</c>.</returns>
    public override string ToString()
    {
        byte[] blob = [(byte)Type, .. PublicKeyBytes()];
        return $"{Name}+{KeyId.ToString("x8", CultureInfo.InvariantCulture)}+{Convert.ToBase64String(blob)}";
    }

    internal static bool IsKeyName(string name) =>
        name.Length > 0 && !name.Any(character => char.IsWhiteSpace(character) || character == '+');

    internal byte[] PublicKeyBytes() => _key.Export(KeyBlobFormat.RawPublicKey);

    private static uint IdOf(string name, ReadOnlySpan<byte> publicKey, NoteKeyType type)
    {
        byte[] input = [.. Encoding.UTF8.GetBytes(name), 0x0A, (byte)type, .. publicKey];
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(input));
    }

    private bool VerifyBytes(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureAlgorithm.Ed25519.SignatureSize && SignatureAlgorithm.Ed25519.Verify(_key, message, signature);
}
