using System.Runtime.InteropServices;

namespace Sovereignty.TransparencyLog;

/// <summary>A complete tile of C2SP tlog-tiles: 256 neighbouring hashes of the tree, 8,192 bytes.</summary>
/// <param name="Level">The tile level: its hashes are roots of perfect subtrees of 256^level leaves.</param>
/// <param name="Index">Its place within the level, from 0.</param>
/// <param name="Hashes">The hashes, one after the other.</param>
/// <param name="Root">The root over them, which is a hash of the next level.</param>
public sealed record Tile(int Level, long Index, byte[] Hashes, MerkleHash Root)
{
    /// <summary>Levels of the tree within a tile.</summary>
    public const int Height = 8;

    /// <summary>Hashes in a complete tile.</summary>
    public const int Width = 256;

    /// <summary>Writes hashes one after the other.</summary>
    /// <param name="hashes">The hashes.</param>
    /// <returns>32 bytes for each.</returns>
    public static byte[] Pack(IReadOnlyList<MerkleHash> hashes)
    {
        var bytes = new byte[hashes.Count * MerkleHash.Length];
        for (var i = 0; i < hashes.Count; i++)
        {
            hashes[i].Bytes.CopyTo(bytes.AsSpan(i * MerkleHash.Length));
        }

        return bytes;
    }

    /// <summary>Reads hashes written one after the other.</summary>
    /// <param name="bytes">A multiple of 32 bytes.</param>
    /// <returns>The hashes.</returns>
    public static MerkleHash[] Unpack(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % MerkleHash.Length != 0)
        {
            throw new ArgumentException("A tile's length is a multiple of 32 bytes.", nameof(bytes));
        }

        return MemoryMarshal.Cast<byte, MerkleHash>(bytes).ToArray();
    }

    /// <summary>The root over a run of hashes whose length is a power of two.</summary>
    /// <param name="hashes">Hashes of one level.</param>
    /// <param name="start">The first of the run.</param>
    /// <param name="count">The run's length, a power of two.</param>
    /// <returns>The root.</returns>
    public static MerkleHash PerfectRoot(IReadOnlyList<MerkleHash> hashes, int start, int count) =>
        count == 1
            ? hashes[start]
            : MerkleHash.Node(PerfectRoot(hashes, start, count / 2), PerfectRoot(hashes, start + (count / 2), count / 2));
}
