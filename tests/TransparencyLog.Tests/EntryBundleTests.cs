using CsCheck;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class EntryBundleTests
{
    [Fact]
    public void A_bundle_reads_back() =>
        Gen.Byte.Array[0, 300].Array[1, 256].Sample(
            entries =>
            {
                var bundle = EntryBundle.Write([.. entries.Select(entry => new ReadOnlyMemory<byte>(entry))]);
                Assert.Equal(entries, EntryBundle.Read(bundle, entries.Length)!.Select(entry => entry.ToArray()));
                Assert.Null(EntryBundle.Read(bundle, entries.Length + 1));
                Assert.Null(EntryBundle.Read(bundle.AsMemory(0, bundle.Length - 1), entries.Length));
            },
            iter: 100);

    [Fact]
    public void Lengths_are_big_endian() => Assert.Equal([0, 1, 7, 0, 2, 8, 9], EntryBundle.Write([new byte[] { 7 }, new byte[] { 8, 9 }]));

    [Fact]
    public void An_entry_that_is_too_long_is_refused()
    {
        Assert.Equal(2 + 65_535, EntryBundle.Write([new byte[65_535]]).Length);
        Assert.Throws<ArgumentException>(() => EntryBundle.Write([new byte[65_536]]));
    }
}
