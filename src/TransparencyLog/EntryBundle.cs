using System.Buffers.Binary;

namespace Sovereignty.TransparencyLog;

/// <summary>An entry bundle of C2SP tlog-tiles: up to 256 entries, each behind its length as a big-endian uint16.</summary>
public static class EntryBundle
{
    /// <summary>The most bytes an entry may have.</summary>
    public const int LongestEntry = ushort.MaxValue;

    /// <summary>Writes entries as a bundle.</summary>
    /// <param name="entries">1 to 256 entries of at most 65,535 bytes.</param>
    /// <returns>The bundle.</returns>
    public static byte[] Write(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        if (entries.Count is 0 or > Tile.Width)
        {
            throw new ArgumentException("A bundle has 1 to 256 entries.", nameof(entries));
        }

        var bytes = new byte[entries.Sum(entry => entry.Length + sizeof(ushort))];
        var rest = bytes.AsSpan();
        foreach (var entry in entries)
        {
            if (entry.Length > LongestEntry)
            {
                throw new ArgumentException("An entry has at most 65,535 bytes.", nameof(entries));
            }

            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)entry.Length);
            entry.Span.CopyTo(rest[sizeof(ushort)..]);
            rest = rest[(sizeof(ushort) + entry.Length)..];
        }

        return bytes;
    }

    /// <summary>Reads a bundle.</summary>
    /// <param name="bundle">The bundle's bytes.</param>
    /// <param name="width">How many entries it must have.</param>
    /// <returns>The entries, or null where the bytes are not a bundle of that width.</returns>
    public static IReadOnlyList<ReadOnlyMemory<byte>>? Read(ReadOnlyMemory<byte> bundle, int width)
    {
        var entries = new List<ReadOnlyMemory<byte>>(width);
        while (!bundle.IsEmpty)
        {
            if (bundle.Length < sizeof(ushort) || entries.Count == width)
            {
                return null;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            bundle = bundle[sizeof(ushort)..];
            if (bundle.Length < length)
            {
                return null;
            }

            entries.Add(bundle[..length]);
            bundle = bundle[length..];
        }

        return entries.Count == width ? entries : null;
    }
}
