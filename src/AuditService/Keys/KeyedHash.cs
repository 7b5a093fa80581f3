using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sovereignty.AuditService.Keys;

/// <summary>HMAC-SHA256 over a list of texts. Each stands behind its length, so that no two lists read the same.</summary>
internal static class KeyedHash
{
    public static byte[] Of(byte[] key, params ReadOnlySpan<string?> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var bytes = part is null ? null : Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes?.Length ?? -1);
            hash.AppendData(length);
            hash.AppendData(bytes ?? []);
        }

        return hash.GetHashAndReset();
    }
}
