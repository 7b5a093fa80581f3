using System.Numerics;

namespace Sovereignty.TransparencyLog;

/// <summary>Reads hash tiles of a log, from wherever it lies.</summary>
/// <param name="tile">The tile: complete, or with the width it has in the tree being read.</param>
/// <param name="ct">Cancels the read.</param>
/// <returns>32 bytes for each hash of the tile.</returns>
public delegate ValueTask<ReadOnlyMemory<byte>> ReadTile(TilePath tile, CancellationToken ct);

/// <summary>A tree of one size seen through its tiles: roots and proofs. Keeps the tiles it read; make a new one for each use.</summary>
/// <param name="size">Leaves of the tree.</param>
/// <param name="readTile">Where the tiles come from.</param>
public sealed class TileTree(long size, ReadTile readTile)
{
    private readonly Dictionary<(int Level, long Index), MerkleHash[]> _tiles = [];

    /// <summary>The root of the tree.</summary>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>The root.</returns>
    public async ValueTask<MerkleHash> Root(CancellationToken ct) =>
        size == 0 ? MerkleHash.EmptyRoot : await RangeHash(0, size, ct);

    /// <summary>The hash of a leaf.</summary>
    /// <param name="index">The leaf's index.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>The hash.</returns>
    public ValueTask<MerkleHash> Leaf(long index, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        return NodeHash(0, index, ct);
    }

    /// <summary>Proves that the leaf at an index is in the tree.</summary>
    /// <param name="index">The leaf's index.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>The inclusion proof, from the leaf upwards.</returns>
    public async ValueTask<IReadOnlyList<MerkleHash>> InclusionProof(long index, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var proof = new List<MerkleHash>();
        var (start, count) = (0L, size);
        while (count > 1)
        {
            var left = LeftCount(count);
            if (index < start + left)
            {
                proof.Add(await RangeHash(start + left, count - left, ct));
                count = left;
            }
            else
            {
                proof.Add(await RangeHash(start, left, ct));
                start += left;
                count -= left;
            }
        }

        proof.Reverse();
        return proof;
    }

    /// <summary>Proves that an earlier tree is the beginning of this one.</summary>
    /// <param name="oldSize">Leaves of the earlier tree, 1 or more.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>The consistency proof.</returns>
    public async ValueTask<IReadOnlyList<MerkleHash>> ConsistencyProof(long oldSize, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, size);
        var proof = new List<MerkleHash>();
        var (start, count, old, whole) = (0L, size, oldSize, true);
        while (old != count)
        {
            var left = LeftCount(count);
            if (old <= left)
            {
                proof.Add(await RangeHash(start + left, count - left, ct));
                count = left;
            }
            else
            {
                proof.Add(await RangeHash(start, left, ct));
                start += left;
                count -= left;
                old -= left;
                whole = false;
            }
        }

        if (!whole)
        {
            proof.Add(await RangeHash(start, count, ct));
        }

        proof.Reverse();
        return proof;
    }

    private static long LeftCount(long count) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(count - 1)));

    private async ValueTask<MerkleHash> RangeHash(long start, long count, CancellationToken ct)
    {
        if (BitOperations.IsPow2(count))
        {
            var height = BitOperations.TrailingZeroCount(count);
            return await NodeHash(height, start >> height, ct);
        }

        var left = LeftCount(count);
        return MerkleHash.Node(await RangeHash(start, left, ct), await RangeHash(start + left, count - left, ct));
    }

    private async ValueTask<MerkleHash> NodeHash(int height, long index, CancellationToken ct)
    {
        var (level, within) = (height / Tile.Height, height % Tile.Height);
        var first = index << within;
        var hashes = await ReadHashes(level, first / Tile.Width, ct);
        return Tile.PerfectRoot(hashes, (int)(first % Tile.Width), 1 << within);
    }

    private async ValueTask<MerkleHash[]> ReadHashes(int level, long index, CancellationToken ct)
    {
        if (_tiles.TryGetValue((level, index), out var hashes))
        {
            return hashes;
        }

        var path = TilePath.InTree(level, index, size) ?? throw new InvalidOperationException($"A tree of {size} has no tile {index} at level {level}.");
        var bytes = await readTile(path, ct);
        if (bytes.Length != path.Width * MerkleHash.Length)
        {
            throw new InvalidDataException($"The tile {path} has {bytes.Length} bytes, not {path.Width * MerkleHash.Length}.");
        }

        return _tiles[(level, index)] = Tile.Unpack(bytes.Span);
    }
}
