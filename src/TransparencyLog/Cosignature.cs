using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Sovereignty.TransparencyLog;

/// <summary>The form of a witness's cosignature/v1: eight bytes of time, big-endian, and 64 of Ed25519.</summary>
public static class Cosignature
{
    /// <summary>Bytes of time and signature.</summary>
    public const int Length = sizeof(ulong) + 64;

    /// <summary>What is signed.</summary>
    /// <param name="time">Seconds since 1970, at least 1.</param>
    /// <param name="text">The checkpoint's text, its last newline included.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Message(long time, string text) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n{text}"));

    /// <summary>Joins time and signature as a signature line carries them.</summary>
    /// <param name="time">Seconds since 1970, at least 1.</param>
    /// <param name="signature">The 64 bytes over <see cref="Message"/>.</param>
    /// <returns>72 bytes.</returns>
    public static byte[] Write(long time, ReadOnlySpan<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, 1);
        var blob = new byte[sizeof(ulong) + signature.Length];
        BinaryPrimitives.WriteInt64BigEndian(blob, time);
        signature.CopyTo(blob.AsSpan(sizeof(ulong)));
        return blob;
    }

    /// <summary>The time of a cosignature.</summary>
    /// <param name="blob">Time and signature.</param>
    /// <returns>Seconds since 1970, or null where there is no time that a cosignature may have.</returns>
    public static long? Time(ReadOnlySpan<byte> blob) =>
        blob.Length == Length && BinaryPrimitives.ReadInt64BigEndian(blob) is > 0 and var time ? time : null;
}
