using System.Security.Cryptography;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Keys;

/// <summary>A key that bodies are sealed with. Safe for many threads.</summary>
internal sealed class SubjectKey(string id, byte[] secret, long seenAt)
{
    private const int RandomAtOnce = 64;

    [ThreadStatic]
    private static byte[]? random;

    [ThreadStatic]
    private static int left;

    private readonly AesGcm _cipher = SealedBody.Cipher(secret);
    private long _seenAt = seenAt;

    public string Id => id;

    public byte[] Secret => secret;

    /// <summary>When its file was last seen; a timestamp.</summary>
    public long SeenAt
    {
        get => Volatile.Read(ref _seenAt);
        set => Volatile.Write(ref _seenAt, value);
    }

    public (byte[] Blob, MerkleHash Commitment) Seal(ReadOnlySpan<byte> body)
    {
        // Asked of the system for many bodies at once.
        if (left == 0)
        {
            random ??= new byte[RandomAtOnce * SealedBody.RandomLength];
            RandomNumberGenerator.Fill(random);
            left = RandomAtOnce;
        }

        return SealedBody.Seal(_cipher, random.AsSpan(--left * SealedBody.RandomLength, SealedBody.RandomLength), body);
    }
}
