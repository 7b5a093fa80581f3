using System.Security.Cryptography;
using System.Text;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class SignedNoteTests
{
    private static readonly NoteSigner Log = new("log.example/audit", SHA256.HashData("log"u8));
    private static readonly NoteSigner Other = new("other.example", SHA256.HashData("other"u8));
    private static readonly Checkpoint Head = new("log.example/audit", 1_234_067, MerkleHash.Leaf("x"u8));

    [Fact]
    public void A_signed_checkpoint_is_verified()
    {
        var note = Read(SignedNote.Sign(Head.ToText(), Log).ToString())!;
        Assert.Equal([Log.Verifier], note.Verify(Log.Verifier));
        var checkpoint = Checkpoint.Parse(note.Text)!;
        Assert.Equal((Head.Origin, Head.Size, Head.Root), (checkpoint.Origin, checkpoint.Size, checkpoint.Root));
    }

    [Fact]
    public void A_published_note_is_verified_with_its_published_key()
    {
        // The example of the signed-note package of golang.org/x/mod.
        const string Note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
            + "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        var key = NoteVerifier.Parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")!;

        Assert.Equal([key], Read(Note)!.Verify(key));
        Assert.Empty(Read(Note.Replace("answer", "Answer", StringComparison.Ordinal))!.Verify(key));
    }

    [Fact]
    public void Every_changed_byte_of_a_signed_checkpoint_is_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(SignedNote.Sign(Head.ToText(), Log).ToString());
        Assert.Single(SignedNote.Parse(bytes)!.Verify(Log.Verifier));
        for (var position = 0; position < bytes.Length; position++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])bytes.Clone();
                changed[position] ^= (byte)(1 << bit);
                Assert.Empty(SignedNote.Parse(changed)?.Verify(Log.Verifier) ?? []);
            }

            Assert.Empty(SignedNote.Parse([.. bytes[..position], .. bytes[(position + 1)..]])?.Verify(Log.Verifier) ?? []);
        }
    }

    [Fact]
    public void Unknown_keys_say_nothing_and_a_known_one_that_fails_refuses()
    {
        var both = SignedNote.Sign(Head.ToText(), Log, Other);
        Assert.Equal([Log.Verifier], both.Verify(Log.Verifier));
        Assert.Equal([Log.Verifier, Other.Verifier], both.Verify(Log.Verifier, Other.Verifier));
        Assert.Empty(both.Verify());

        var stranger = SignedNote.Sign("another text\n", Other).ToString().Split('\n')[2];
        var forged = Read(SignedNote.Sign(Head.ToText(), Log) + stranger + "\n")!;
        Assert.Equal([Log.Verifier], forged.Verify(Log.Verifier));
        Assert.Empty(forged.Verify(Log.Verifier, Other.Verifier));
    }

    [Fact]
    public void Every_changed_character_of_a_verifier_key_is_refused()
    {
        var text = Log.Verifier.ToString();
        Assert.Equal(text, NoteVerifier.Parse(text)!.ToString());
        var note = SignedNote.Sign(Head.ToText(), Log);
        for (var position = 0; position < text.Length; position++)
        {
            foreach (var character in "0aZ+ =")
            {
                if (text[position] == character)
                {
                    continue;
                }

                var changed = NoteVerifier.Parse(text[..position] + character + text[(position + 1)..]);
                Assert.True(changed is null || note.Verify(changed).Count == 0);
            }
        }
    }

    [Theory]
    [InlineData("text without newline\n— name AAAAAAA=\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— name AAAAAAA=")]
    [InlineData("text\n\n- name AAAAAAA=\n")]
    [InlineData("text\n\n— name AAAAAA==\n")]
    [InlineData("text\n\n— name AAAAAAB=\n")]
    [InlineData("text\n\n— name AAAA AAA=\n")]
    [InlineData("text\n\n— na+me AAAAAAA=\n")]
    [InlineData("text\n\n—  AAAAAAA=\n")]
    [InlineData("te\txt\n\n— name AAAAAAA=\n")]
    [InlineData("text\r\n\n— name AAAAAAA=\n")]
    [InlineData("text\n\n— name AAAAAAA=\n\n")]
    public void A_malformed_note_is_refused(string note) => Assert.Null(Read(note));

    [Fact]
    public void The_form_of_a_note_can_be_read_before_its_keys_are_known() => Assert.Single(Read("text\n\n— name AAAAAAA=\n")!.Signatures);

    [Theory]
    [InlineData("origin\n1\nJ6Cx3Lg0vRd3vKQ7DUU5kXyD4Wz7T5zyZ1hfPhRX5Vw=\n", true)]
    [InlineData("origin\n1\nJ6Cx3Lg0vRd3vKQ7DUU5kXyD4Wz7T5zyZ1hfPhRX5Vw=\nextension\n", true)]
    [InlineData("origin\n1\nJ6Cx3Lg0vRd3vKQ7DUU5kXyD4Wz7T5zyZ1hfPhRX5Vw=\n\n", false)]
    [InlineData("origin\n1\nJ6Cx3Lg0vRd3vKQ7DUU5kXyD4Wz7T5zyZ1hfPhRX5Vw=", false)]
    [InlineData("origin\n1\nJ6Cx3Lg0vRd3vKQ7DUU5kXyD4Wz7T5zyZ1hfPhRX5Vx=\n", false)]
    [InlineData("origin\n1\nJ6Cx3Lg0vRd3vKQ7DUU5kXyD4Wz7T5zyZ1hfPhRX5V==\n", false)]
    [InlineData("origin\n01\nJ6Cx3Lg0vRd3vKQ7DUU5kXyD4Wz7T5zyZ1hfPhRX5Vw=\n", false)]
    [InlineData("origin\n-1\nJ6Cx3Lg0vRd3vKQ7DUU5kXyD4Wz7T5zyZ1hfPhRX5Vw=\n", false)]
    [InlineData("origin\n+1\nJ6Cx3Lg0vRd3vKQ7DUU5kXyD4Wz7T5zyZ1hfPhRX5Vw=\n", false)]
    [InlineData("origin\n9223372036854775808\nJ6Cx3Lg0vRd3vKQ7DUU5kXyD4Wz7T5zyZ1hfPhRX5Vw=\n", false)]
    [InlineData("\n1\nJ6Cx3Lg0vRd3vKQ7DUU5kXyD4Wz7T5zyZ1hfPhRX5Vw=\n", false)]
    [InlineData("origin\n1\n", false)]
    public void Only_the_canonical_checkpoint_is_read(string text, bool taken)
    {
        var checkpoint = Checkpoint.Parse(text);
        Assert.Equal(taken, checkpoint is not null);
        Assert.True(!taken || checkpoint!.ToText() == text);
    }

    [Fact]
    public void An_empty_text_and_one_with_control_characters_are_not_signed()
    {
        Assert.Throws<ArgumentException>(() => SignedNote.Sign("", Log));
        Assert.Throws<ArgumentException>(() => SignedNote.Sign("a\0b\n", Log));
    }

    private static SignedNote? Read(string note) => SignedNote.Parse(Encoding.UTF8.GetBytes(note));
}
