using CsCheck;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class TilePathTests
{
    [Theory]
    [InlineData("tile/0/x001/x234/067", 0, 1234067, 256)]
    [InlineData("tile/0/000", 0, 0, 256)]
    [InlineData("tile/1/005.p/7", 1, 5, 7)]
    [InlineData("tile/entries/x001/234.p/255", null, 1234, 255)]
    [InlineData("tile/63/000", 63, 0, 256)]
    public void A_path_is_read_and_written(string path, int? level, long index, int width)
    {
        Assert.True(TilePath.TryParse(path, out var tile));
        Assert.Equal(new TilePath(level, index, width), tile);
        Assert.Equal(path, tile.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("tile/00/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000/")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/data/000")]
    [InlineData("tile/0/x001.p/000/1")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/999")]
    public void Anything_else_is_refused(string path) => Assert.False(TilePath.TryParse(path, out _));

    [Fact]
    public void Every_tile_has_a_path_that_reads_back() =>
        Gen.Select(Gen.Int[-1, 63], Gen.Long[0, long.MaxValue / 1024], Gen.Int[1, 256]).Sample((level, index, width) =>
        {
            var tile = new TilePath(level < 0 ? null : level, index, width);
            return TilePath.TryParse(tile.ToString(), out var read) && read == tile;
        });

    [Fact]
    public void A_tree_has_the_tiles_that_its_size_says()
    {
        Assert.Null(TilePath.InTree(0, 0, 0));
        Assert.Equal(new TilePath(0, 0, 5), TilePath.InTree(0, 0, 5));
        Assert.Equal(new TilePath(0, 0, 256), TilePath.InTree(0, 0, 256));
        Assert.Null(TilePath.InTree(0, 1, 256));
        Assert.Equal(new TilePath(1, 0, 1), TilePath.InTree(1, 0, 256));
        Assert.Equal(new TilePath(1, 0, 255), TilePath.InTree(1, 0, 65_535));
        Assert.Equal(new TilePath(1, 0, 256), TilePath.InTree(1, 0, 65_536));
        Assert.Equal(new TilePath(null, 1, 1), TilePath.InTree(null, 1, 257));
    }
}
