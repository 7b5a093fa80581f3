using System.Numerics;

namespace Sovereignty.TransparencyLog;

/// <summary>
/// All of a tree that is needed to append to it: the roots of its perfect subtrees from the left, and the hashes of the
/// tiles that are not complete yet. Memory is a few hundred hashes for each tile level, whatever the size.
/// Not thread-safe.
/// </summary>
public sealed class RightEdge
{
    private const int Heights = 64;

    private readonly MerkleHash[] _subtrees = new MerkleHash[Heights];
    private readonly List<MerkleHash>[] _partials = new List<MerkleHash>[Heights / Tile.Height];

    /// <summary>The edge of an empty tree.</summary>
    public RightEdge()
    {
        for (var level = 0; level < _partials.Length; level++)
        {
            _partials[level] = new List<MerkleHash>(level < 3 ? Tile.Width : 0);
        }
    }

    /// <summary>Number of leaves.</summary>
    public long Size { get; private set; }

    /// <summary>Rebuilds the edge of a tree from the hashes of its incomplete tiles.</summary>
    /// <param name="size">Number of leaves.</param>
    /// <param name="partial">Gives the hashes of the incomplete tile at a tile level; as many as <see cref="TilePath.PartialWidth"/> says.</param>
    /// <returns>The edge.</returns>
    public static RightEdge Restore(long size, Func<int, IReadOnlyList<MerkleHash>> partial)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var edge = new RightEdge { Size = size };
        for (var level = 0; level < edge._partials.Length; level++)
        {
            var width = TilePath.PartialWidth(level, size);
            if (width == 0)
            {
                continue;
            }

            var hashes = partial(level);
            if (hashes.Count != width)
            {
                throw new ArgumentException($"The incomplete tile at level {level} of a tree of {size} has {width} hashes, not {hashes.Count}.", nameof(partial));
            }

            edge._partials[level].AddRange(hashes);
            var start = 0;
            for (var bit = Tile.Height - 1; bit >= 0; bit--)
            {
                if ((width >> bit & 1) != 0)
                {
                    edge._subtrees[(level * Tile.Height) + bit] = Tile.PerfectRoot(hashes, start, 1 << bit);
                    start += 1 << bit;
                }
            }
        }

        return edge;
    }

    /// <summary>An independent copy.</summary>
    /// <returns>The copy.</returns>
    public RightEdge Clone()
    {
        var copy = new RightEdge { Size = Size };
        _subtrees.CopyTo(copy._subtrees, 0);
        for (var level = 0; level < _partials.Length; level++)
        {
            copy._partials[level].AddRange(_partials[level]);
        }

        return copy;
    }

    /// <summary>Appends one leaf.</summary>
    /// <param name="leaf">Its hash.</param>
    /// <param name="completed">Receives the tiles that this leaf completes, lowest level first; null to drop them.</param>
    public void Append(MerkleHash leaf, List<Tile>? completed = null)
    {
        var height = 0;
        var hash = leaf;
        Collect(0, hash);
        while ((Size >> height & 1) != 0)
        {
            hash = MerkleHash.Node(_subtrees[height], hash);
            height++;
            if (height % Tile.Height == 0)
            {
                Complete(height / Tile.Height - 1, hash, completed);
                Collect(height / Tile.Height, hash);
            }
        }

        _subtrees[height] = hash;
        Size++;
    }

    /// <summary>The root of the tree as it is now.</summary>
    /// <returns>The root.</returns>
    public MerkleHash Root()
    {
        if (Size == 0)
        {
            return MerkleHash.EmptyRoot;
        }

        var height = BitOperations.TrailingZeroCount(Size);
        var root = _subtrees[height];
        for (height++; height < Heights; height++)
        {
            if ((Size >> height & 1) != 0)
            {
                root = MerkleHash.Node(_subtrees[height], root);
            }
        }

        return root;
    }

    /// <summary>The hashes of the tile at a level that is not complete yet.</summary>
    /// <param name="level">The tile level.</param>
    /// <returns>0 to 255 hashes.</returns>
    public IReadOnlyList<MerkleHash> Partial(int level) => _partials[level];

    private void Collect(int level, MerkleHash hash) => _partials[level].Add(hash);

    private void Complete(int level, MerkleHash root, List<Tile>? completed)
    {
        var hashes = _partials[level];
        completed?.Add(new Tile(level, Size >> (Tile.Height * (level + 1)), Tile.Pack(hashes), root));
        hashes.Clear();
    }
}
