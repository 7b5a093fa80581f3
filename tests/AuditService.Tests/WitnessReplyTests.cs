using System.Security.Cryptography;
using System.Text;
using Sovereignty.AuditService.Witnessing;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Tests;

public sealed class WitnessReplyTests
{
    private static readonly CosignatureSigner Witness = new("witness.example/w", SHA256.HashData("w"u8), TimeProvider.System);
    private static readonly CosignatureSigner Stranger = new("witness.example/stranger", SHA256.HashData("s"u8), TimeProvider.System);
    private static readonly NoteSigner Log = new("log.example", SHA256.HashData("log"u8));
    private static readonly SignedNote Offered = SignedNote.Sign(new Checkpoint("log.example", 7, MerkleHash.Leaf("x"u8)).ToText(), Log);
    private static readonly string Good = Witness.Sign(Offered.Text).ToLine();

    [Fact]
    public void A_cosignature_of_the_witness_counts_and_lines_of_others_do_not()
    {
        Assert.Equal(Good, Assert.IsType<Cosigned>(Read(200, Stranger.Sign(Offered.Text).ToLine() + Good)).Line.ToLine());
        Assert.IsType<Failed>(Read(200, Stranger.Sign(Offered.Text).ToLine()));
    }

    [Fact]
    public void A_cosignature_of_anything_else_is_none()
    {
        var other = Witness.Sign(Offered.Text.Replace("\n7\n", "\n8\n")).ToLine();
        Assert.IsType<Failed>(Read(200, other));
        Assert.IsType<Failed>(Read(200, Good + other));
        Assert.IsType<Failed>(Read(200, ""));
        Assert.IsType<Failed>(Read(200, Good.TrimEnd('\n')));
        Assert.IsType<Failed>(Read(200, "<html>"));
    }

    [Theory]
    [InlineData("12\n", 12)]
    [InlineData("0\n", 0)]
    [InlineData("12", null)]
    [InlineData("-1\n", null)]
    [InlineData(" 12\n", null)]
    [InlineData("9223372036854775808\n", null)]
    [InlineData("", null)]
    public void The_size_that_a_witness_holds_is_read_strictly(string body, int? held) =>
        Assert.Equal(held is null ? null : (long?)held, (Read(409, body) as OtherSize)?.Held);

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(301)]
    public void Only_422_is_a_refusal_by_status_alone(int status)
    {
        Assert.IsType<Failed>(Read(status, Good));
        Assert.Equal(new Contradicted(5), Read(422, ""));
    }

    private static WitnessReply Read(int status, string body) => WitnessReply.Read(status, Encoding.UTF8.GetBytes(body), oldSize: 5, Offered, Witness.Verifier);
}
