using System.Security.Cryptography;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Keys;

/// <summary>The one secret from which names, wrapping and search tokens are derived, each by its own key.</summary>
internal sealed class MasterKey
{
    private const int Length = 32;

    private MasterKey(byte[] secret)
    {
        Names = Derive(secret, "names"u8);
        Wrapping = Derive(secret, "wrapping"u8);
        Tokens = Derive(secret, "tokens"u8);
        Bodies = Derive(secret, "bodies"u8);
    }

    public byte[] Names { get; }

    public byte[] Wrapping { get; }

    public byte[] Tokens { get; }

    public byte[] Bodies { get; }

    public static MasterKey Parse(string base64) =>
        StrictBase64.Decode(base64) is { Length: Length } secret
            ? new MasterKey(secret)
            : throw new InvalidOperationException("Audit:MasterKey must be 32 random bytes in base64. Make one with: openssl rand -base64 32");

    private static byte[] Derive(byte[] secret, ReadOnlySpan<byte> purpose)
    {
        var key = new byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt: [], purpose);
        return key;
    }
}
