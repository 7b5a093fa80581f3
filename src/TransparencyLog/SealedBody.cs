using System.Security.Cryptography;

namespace Sovereignty.TransparencyLog;

/// <summary>
/// The body of an entry, sealed: nonce (12 bytes), ciphertext of salt (32 bytes) and body, tag (16 bytes), by AES-256-GCM
/// with the entry's commitment as associated data.
/// </summary>
public static class SealedBody
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes of a salt.</summary>
    public const int SaltLength = 32;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceLength = 12;

    /// <summary>Random bytes that sealing takes.</summary>
    public const int RandomLength = NonceLength + SaltLength;

    private const int TagLength = 16;

    /// <summary>Makes the cipher of a key.</summary>
    /// <param name="key">32 bytes.</param>
    /// <returns>A cipher; <see cref="Open"/> takes one thread at a time.</returns>
    public static AesGcm Cipher(ReadOnlySpan<byte> key) => new(key, TagLength);

    /// <summary>Seals a body, and commits to it without revealing it.</summary>
    /// <param name="cipher">The cipher of the key; used by one thread at a time here, so that threads may share it.</param>
    /// <param name="random">Random bytes, never used before: a nonce (12) and a salt (32).</param>
    /// <param name="body">The exact body.</param>
    /// <returns>The sealed body, and SHA-256 over salt and body.</returns>
    public static (byte[] Blob, MerkleHash Commitment) Seal(AesGcm cipher, ReadOnlySpan<byte> random, ReadOnlySpan<byte> body)
    {
        var blob = new byte[RandomLength + body.Length + TagLength];
        random[..RandomLength].CopyTo(blob);
        body.CopyTo(blob.AsSpan(RandomLength));
        var content = blob.AsSpan(NonceLength, SaltLength + body.Length);
        var commitment = Commit(content);
        lock (cipher)
        {
            cipher.Encrypt(blob.AsSpan(0, NonceLength), content, content, blob.AsSpan(NonceLength + content.Length), commitment.Bytes);
        }

        return (blob, commitment);
    }

    /// <summary>Opens a sealed body and checks it against the commitment.</summary>
    /// <param name="cipher">The cipher of the key.</param>
    /// <param name="blob">The sealed body.</param>
    /// <param name="commitment">The entry's commitment.</param>
    /// <returns>The exact body, or null where the seal is broken or the body is not the one committed to.</returns>
    public static byte[]? Open(AesGcm cipher, ReadOnlySpan<byte> blob, in MerkleHash commitment)
    {
        var length = blob.Length - NonceLength - TagLength;
        if (length < SaltLength)
        {
            return null;
        }

        var content = new byte[length];
        try
        {
            cipher.Decrypt(blob[..NonceLength], blob.Slice(NonceLength, length), blob[^TagLength..], content, commitment.Bytes);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return Commit(content) == commitment ? content[SaltLength..] : null;
    }

    private static MerkleHash Commit(ReadOnlySpan<byte> saltAndBody)
    {
        Span<byte> output = stackalloc byte[MerkleHash.Length];
        SHA256.HashData(saltAndBody, output);
        return new MerkleHash(output);
    }
}
