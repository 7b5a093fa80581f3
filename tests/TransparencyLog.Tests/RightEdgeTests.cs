using CsCheck;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class RightEdgeTests
{
    [Fact]
    public void Roots_equal_the_definition_at_every_size()
    {
        var leaves = Trees.Leaves(600);
        var edge = new RightEdge();
        Assert.Equal(MerkleHash.EmptyRoot, edge.Root());
        for (var size = 1; size <= leaves.Length; size++)
        {
            edge.Append(leaves[size - 1]);
            Assert.Equal(Trees.Root(leaves.AsSpan(0, size)), edge.Root());
        }
    }

    [Fact]
    public void Batches_in_any_split_with_a_restart_between_them_give_the_same_root_and_tiles()
    {
        var all = Trees.Leaves(3_000);
        Gen.Int[1, 700].List[1, 6].Sample(
            splits =>
            {
                var size = Math.Min(splits.Sum(), all.Length);
                var completed = new List<Tile>();
                var edge = new RightEdge();
                var start = 0;
                foreach (var split in splits)
                {
                    var before = edge;
                    edge = RightEdge.Restore(before.Size, before.Partial);
                    foreach (var leaf in all.AsSpan(start, Math.Min(split, size - start)))
                    {
                        edge.Append(leaf, completed);
                    }

                    start = (int)edge.Size;
                }

                var (whole, tiles) = Trees.Append(all.Take(size));
                Assert.Equal(Trees.Root(all.AsSpan(0, size)), edge.Root());
                Assert.Equal(whole.Root(), edge.Root());
                Assert.Equal(tiles.Completed.Select(tile => (tile.Level, tile.Index, tile.Root)), completed.Select(tile => (tile.Level, tile.Index, tile.Root)));
            },
            iter: 40);
    }

    [Fact]
    public async Task Roots_from_tiles_equal_direct_roots_across_tile_levels()
    {
        var leaves = Trees.Leaves(66_000);
        foreach (var size in new[] { 1, 2, 255, 256, 257, 511, 512, 5_000, 65_535, 65_536, 65_537, 66_000 })
        {
            var (edge, tiles) = Trees.Append(leaves.Take(size));
            Assert.Equal(edge.Root(), await new TileTree(size, tiles.Read).Root(default));
        }
    }

    [Fact]
    public void Tiles_are_complete_in_order_and_their_roots_are_the_next_levels_hashes()
    {
        var (_, tiles) = Trees.Append(Trees.Leaves(66_000));
        Assert.Equal(257, tiles.Completed.Count(tile => tile.Level == 0));
        var upper = Assert.Single(tiles.Completed, tile => tile.Level == 1);
        Assert.Equal(Tile.Width * MerkleHash.Length, upper.Hashes.Length);
        Assert.Equal(
            tiles.Completed.Where(tile => tile.Level == 0).Take(256).Select(tile => tile.Root),
            Tile.Unpack(upper.Hashes));
        Assert.Equal(Enumerable.Range(0, 257).Select(i => (long)i), tiles.Completed.Where(tile => tile.Level == 0).Select(tile => tile.Index));
    }

    [Fact]
    public void A_copy_does_not_follow_the_original()
    {
        var leaves = Trees.Leaves(300);
        var (edge, _) = Trees.Append(leaves.Take(299));
        var copy = edge.Clone();
        edge.Append(leaves[299]);
        Assert.Equal(Trees.Root(leaves.AsSpan(0, 299)), copy.Root());
        Assert.Equal(Trees.Root(leaves), edge.Root());
    }

    [Fact]
    public void An_edge_is_not_restored_from_too_few_hashes() =>
        Assert.Throws<ArgumentException>(() => RightEdge.Restore(5, _ => Trees.Leaves(4)));
}
