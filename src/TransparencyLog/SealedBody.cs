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

    private const int TagLength = 16;

    /// <summary>Makes the cipher of a key.</summary>
    /// <param name="key">32 bytes.</param>
    /// <returns>A cipher, for one thread at a time.</returns>
    public static AesGcm Cipher(ReadOnlySpan<byte> key) => new(key, TagLength);

    /// <summary>Commits to a body without revealing it.</summary>
    /// <param name="salt">32 random bytes.</param>
    /// <param name="body">The exact body.</param>
    /// <returns>SHA-256 over both.</returns>
    public static MerkleHash Commit(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        hash.AppendData(body);
        Span<byte> output = stackalloc byte[MerkleHash.Length];
        hash.GetHashAndReset(output);
        return new MerkleHash(output);
    }

    /// <summary>Seals a body.</summary>
    /// <param name="cipher">The cipher of the key.</param>
    /// <param name="nonce">12 random bytes, never used with this key before.</param>
    /// <param name="salt">32 random bytes.</param>
    /// <param name="body">The exact body.</param>
    /// <param name="commitment">What <see cref="Commit"/> says of salt and body.</param>
    /// <returns>The sealed body.</returns>
    public static byte[] Seal(AesGcm cipher, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> body, in MerkleHash commitment)
    {
        var blob = new byte[NonceLength + SaltLength + body.Length + TagLength];
        nonce.CopyTo(blob);
        var content = blob.AsSpan(NonceLength, SaltLength + body.Length);
        salt.CopyTo(content);
        body.CopyTo(content[SaltLength..]);
        cipher.Encrypt(nonce, content, content, blob.AsSpan(NonceLength + content.Length), commitment.Bytes);
        return blob;
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

        var body = content[SaltLength..];
        return Commit(content.AsSpan(0, SaltLength), body) == commitment ? body : null;
    }
}
