using System.Numerics;
using System.Text;

namespace Sovereignty.TransparencyLog.Tests;

/// <summary>Trees by the definition of RFC 6962, recursively, to check the faster ways against.</summary>
internal static class Trees
{
    public static MerkleHash[] Leaves(int count) =>
        [.. Enumerable.Range(0, count).Select(i => MerkleHash.Leaf(Encoding.UTF8.GetBytes($"entry {i}")))];

    public static MerkleHash Root(ReadOnlySpan<MerkleHash> leaves)
    {
        switch (leaves.Length)
        {
            case 0:
                return MerkleHash.EmptyRoot;
            case 1:
                return leaves[0];
            default:
                var left = (int)(BitOperations.RoundUpToPowerOf2((uint)leaves.Length) / 2);
                return MerkleHash.Node(Root(leaves[..left]), Root(leaves[left..]));
        }
    }

    public static (RightEdge Edge, TileStore Tiles) Append(IEnumerable<MerkleHash> leaves)
    {
        var edge = new RightEdge();
        var completed = new List<Tile>();
        foreach (var leaf in leaves)
        {
            edge.Append(leaf, completed);
        }

        return (edge, new TileStore(edge, completed));
    }

    internal sealed class TileStore(RightEdge edge, IReadOnlyList<Tile> completed)
    {
        public IReadOnlyList<Tile> Completed => completed;

        public ValueTask<ReadOnlyMemory<byte>> Read(TilePath path, CancellationToken ct)
        {
            var tile = completed.SingleOrDefault(tile => tile.Level == path.Level && tile.Index == path.Index);
            var hashes = tile?.Hashes ?? Tile.Pack(edge.Partial(path.Level!.Value));
            return new(hashes.AsMemory(0, path.Width * MerkleHash.Length));
        }
    }
}
