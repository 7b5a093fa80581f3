using System.Text;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class TlogProofTests
{
    private static readonly string Text = new Checkpoint(LogFolder.Origin, 1, MerkleHash.Leaf("entry"u8)).ToText();

    [Fact]
    public void What_is_written_is_read_again()
    {
        var proof = new TlogProof(7, [MerkleHash.EmptyRoot, MerkleHash.Leaf("x"u8)], LogFolder.Sign(Text, 0)) { Extra = "extra"u8.ToArray() };
        var text = proof.ToString();
        Assert.StartsWith("c2sp.org/tlog-proof@v1\nextra ZXh0cmE=\nindex 7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", text, StringComparison.Ordinal);

        var read = TlogProof.Parse(Encoding.UTF8.GetBytes(text))!;
        Assert.Equal(text, read.ToString());
        Assert.Equal("extra"u8, read.Extra.Span);
        Assert.Equal(proof.Proof, read.Proof);
    }

    [Fact]
    public void Without_extra_the_line_is_left_out_and_the_only_entry_needs_no_hash()
    {
        var proof = new TlogProof(0, [], LogFolder.Sign(Text));
        Assert.StartsWith("c2sp.org/tlog-proof@v1\nindex 0\n\nlog.example/audit\n1\n", proof.ToString(), StringComparison.Ordinal);
        Assert.True(TlogProof.Parse(Encoding.UTF8.GetBytes(proof.ToString()))!.Includes("entry"u8));
        Assert.False(proof.Includes("Entry"u8));
    }

    [Fact]
    public void As_many_hashes_as_a_tree_can_have_are_read_and_no_more()
    {
        var note = LogFolder.Sign(Text);
        Assert.NotNull(Read(new(0, [.. Enumerable.Repeat(MerkleHash.EmptyRoot, 63)], note)));
        Assert.Null(Read(new(0, [.. Enumerable.Repeat(MerkleHash.EmptyRoot, 64)], note)));
    }

    private static TlogProof? Read(TlogProof proof) => TlogProof.Parse(Encoding.UTF8.GetBytes(proof.ToString()));
}
