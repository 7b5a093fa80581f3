using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class CosignatureTests
{
    private static readonly NoteSigner Log = new("log.example/audit", SHA256.HashData("log"u8));
    private static readonly Witness Witness = new("witness.example/w1");
    private static readonly string Text = new Checkpoint("log.example/audit", 20_852_163, MerkleHash.Leaf("x"u8)).ToText();

    [Fact]
    public void A_cosigned_checkpoint_is_verified_and_says_when_it_was_cosigned()
    {
        var note = Reread(SignedNote.Sign(Text, Log).With(Witness.Cosign(Text)));
        Assert.Equal([Log.Verifier, Witness.Verifier], note.Verify(Log.Verifier, Witness.Verifier));
        Assert.Equal(
            [new VerifiedSignature(Log.Verifier, null), new VerifiedSignature(Witness.Verifier, 1_679_315_147)],
            note.VerifySignatures(Log.Verifier, Witness.Verifier));
    }

    [Fact]
    public void The_key_id_is_that_of_type_four()
    {
        var key = Witness.Verifier;
        byte[] material = [0x04, .. key.PublicKeyBytes()];
        var id = Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes("witness.example/w1\n"), .. material]))[..8];
        Assert.Equal($"witness.example/w1+{id}+{Convert.ToBase64String(material)}", key.ToString());

        var read = NoteVerifier.Parse(key.ToString())!;
        Assert.Equal((NoteKeyType.Cosignature, key.KeyId), (read.Type, read.KeyId));
        Assert.NotEqual(key.KeyId, new NoteVerifier(key.Name, key.PublicKeyBytes()).KeyId);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x02)]
    [InlineData(0x05)]
    [InlineData(0x06)]
    [InlineData(0xFF)]
    public void A_key_of_another_type_is_not_read(byte type)
    {
        byte[] material = [type, .. Witness.Verifier.PublicKeyBytes()];
        var id = Convert.ToHexStringLower(SHA256.HashData([.. "name\n"u8, .. material]))[..8];
        Assert.Null(NoteVerifier.Parse($"name+{id}+{Convert.ToBase64String(material)}"));
    }

    [Fact]
    public void Every_changed_byte_of_text_time_or_signature_refuses_the_note()
    {
        var cosignature = Witness.Cosign(Text);
        var text = Encoding.UTF8.GetBytes(Text);
        for (var position = 0; position < text.Length; position++)
        {
            for (var bit = 0; bit < 7; bit++)
            {
                var changed = (byte[])text.Clone();
                changed[position] ^= (byte)(1 << bit);
                Assert.False(Witness.Verifier.Verify(Encoding.UTF8.GetString(changed), cosignature.Signature));
            }
        }

        for (var position = 0; position < cosignature.Signature.Length; position++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])cosignature.Signature.Clone();
                changed[position] ^= (byte)(1 << bit);
                Assert.Null(SignedNote.Sign(Text, Log).With(cosignature with { Signature = changed }).VerifySignatures(Log.Verifier, Witness.Verifier));
            }

            byte[] shorter = [.. cosignature.Signature[..position], .. cosignature.Signature[(position + 1)..]];
            Assert.False(Witness.Verifier.Verify(Text, shorter));
        }

        Assert.False(Witness.Verifier.Verify(Text, [.. cosignature.Signature, 0]));
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("9223372036854775807", true)]
    [InlineData("9223372036854775808", false)]
    [InlineData("18446744073709551615", false)]
    public void Only_a_time_from_1_to_the_largest_that_fits_is_taken(string time, bool taken) =>
        Assert.Equal(taken, Witness.Verifier.Verify(Text, Witness.Cosign(Text, ulong.Parse(time, CultureInfo.InvariantCulture)).Signature));

    [Fact]
    public void A_cosignature_is_no_signature_of_a_log_nor_the_other_way_round()
    {
        Assert.False(Witness.Verifier.Verify(Text, Witness.SignPlainly(Text).Signature));
        var asLog = new NoteVerifier(Witness.Verifier.Name, Witness.Verifier.PublicKeyBytes());
        Assert.True(asLog.Verify(Text, Witness.SignPlainly(Text).Signature));
        Assert.False(asLog.Verify(Text, Witness.Cosign(Text).Signature));

        // Lines of the same key under another type are lines of an unknown key.
        Assert.Empty(SignedNote.Sign(Text, Log).With(Witness.Cosign(Text)).Verify(asLog));
    }

    [Fact]
    public void Lines_of_a_witness_are_read_alone_and_joined_once()
    {
        var line = SignedNote.Sign(Text).With(Witness.Cosign(Text)).ToString()[(Text.Length + 1)..];
        var signatures = SignedNote.ParseSignatures(Encoding.UTF8.GetBytes(line))!;
        var note = SignedNote.Sign(Text, Log).With(signatures);
        Assert.Equal(2, note.Signatures.Count);
        Assert.Equal(note.ToString(), note.With(signatures).ToString());

        Assert.Null(SignedNote.ParseSignatures([]));
        Assert.Null(SignedNote.ParseSignatures(Encoding.UTF8.GetBytes(line.TrimEnd('\n'))));
        Assert.Null(SignedNote.ParseSignatures(Encoding.UTF8.GetBytes(line + "\n")));
        Assert.Null(SignedNote.ParseSignatures([.. Encoding.UTF8.GetBytes(line), 0xFF, (byte)'\n']));
    }

    [Fact]
    public void What_a_witness_cosigns_verifies_and_tells_its_clock()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_795_000_000));
        using var signer = new CosignatureSigner("witness.example/w2", SHA256.HashData("w2"u8), clock);
        var note = Reread(SignedNote.Sign(Text, Log).With(signer.Sign(Text)));
        Assert.Equal([new VerifiedSignature(signer.Verifier, 1_795_000_000)], note.VerifySignatures(signer.Verifier));
        Assert.Equal(signer.Verifier.ToString(), NoteVerifier.Parse(signer.Verifier.ToString())?.ToString());
        Assert.Equal([Log.Verifier.KeyId], note.Only([Log.Verifier]).Signatures.Select(signature => signature.KeyId));
    }

    private static SignedNote Reread(SignedNote note) => SignedNote.Parse(Encoding.UTF8.GetBytes(note.ToString()))!;
}
