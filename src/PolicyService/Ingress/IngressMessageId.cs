using System.Security.Cryptography;
using System.Text;
using Sovereignty.Messaging;

namespace Sovereignty.PolicyService.Ingress;

/// <summary>
/// A name-based UUID (RFC 9562, version 8) of publisher, message id and body: the same message sent again has the same one.
/// A message id used again for another body has another, so that it is answered, if only with data-id-reused, and not taken
/// for a repetition and lost.
/// </summary>
internal static class IngressMessageId
{
    public static Guid Of(RawMessage message)
    {
        if (string.IsNullOrWhiteSpace(message.MessageId))
        {
            return Guid.NewGuid();
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.UTF8.GetBytes("sovereignty.data-created"));
        Append(hash, Encoding.UTF8.GetBytes(message.UserId ?? ""));
        Append(hash, Encoding.UTF8.GetBytes(message.MessageId));
        Append(hash, message.Body.Span);
        var bytes = hash.GetHashAndReset().AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
