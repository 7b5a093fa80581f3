using System.Security.Cryptography;
using System.Text;
using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class TlogPolicyTests
{
    private static readonly NoteSigner Log = new("log.example/audit", SHA256.HashData("log"u8));
    private static readonly NoteSigner OtherLog = new("log.example/other", SHA256.HashData("other"u8));
    private static readonly Witness[] X = [new("x1.example"), new("x2.example"), new("x3.example")];
    private static readonly Witness[] Y = [new("y1.example"), new("y2.example")];
    private static readonly string Text = new Checkpoint("log.example/audit", 3, MerkleHash.Leaf("x"u8)).ToText();

    private static readonly string TwoLevels = $"""
        # Two organisations
        log {Log.Verifier} https://log.example/

        witness X1 {X[0].Verifier} https://x1.example/
        witness X2 {X[1].Verifier}
        	witness  X3	{X[2].Verifier}
        group X 2 X1 X2 X3
        witness Y1 {Y[0].Verifier}
        witness Y2 {Y[1].Verifier}
        group Y any Y1 Y2
        group all-of-them all X Y
        quorum all-of-them

        """;

    [Theory]
    [InlineData("", "", false)]
    [InlineData("0", "0", false)]
    [InlineData("01", "", false)]
    [InlineData("01", "0", true)]
    [InlineData("12", "1", true)]
    [InlineData("012", "01", true)]
    public void Groups_of_groups_are_counted(string x, string y, bool satisfied)
    {
        var note = SignedNote.Sign(Text, Log).With([.. x.Select(i => X[i - '0'].Cosign(Text)), .. y.Select(i => Y[i - '0'].Cosign(Text))]);
        var verdict = Read(TwoLevels).Judge(note);
        Assert.Equal(satisfied, verdict.IsSatisfied);
        Assert.Equal(satisfied, verdict.QuorumMet);
        Assert.Equal(x.Length + y.Length, verdict.Cosigned.Count);
        Assert.Equal(Log.Verifier.ToString(), verdict.Log!.Key.ToString());
        Assert.Equal(3, verdict.Checkpoint!.Size);
    }

    [Fact]
    public void It_says_what_lacks() =>
        Assert.Equal(
            "Its witnesses are fewer than the policy asks for: all-of-them has 1 of 2 (X has 1 of 2 (X2 did not cosign, X3 did not cosign)).",
            Read(TwoLevels).Judge(SignedNote.Sign(Text, Log).With(X[0].Cosign(Text), Y[1].Cosign(Text))).Problem);

    [Fact]
    public void A_witness_that_signs_twice_counts_once_with_its_later_time()
    {
        var verdict = Read(TwoLevels).Judge(SignedNote.Sign(Text, Log).With(X[0].Cosign(Text, 9), X[0].Cosign(Text, 5), Y[0].Cosign(Text)));
        Assert.False(verdict.IsSatisfied);
        Assert.Equal([("X1", 9L), ("Y1", 5L + 1_679_315_142)], verdict.Cosigned.Select(cosigned => (cosigned.Witness.Name, cosigned.Time)));
    }

    [Fact]
    public void The_logs_own_signature_is_needed_under_its_own_name()
    {
        var policy = Read($"log {Log.Verifier}\nlog {OtherLog.Verifier}\nwitness W {X[0].Verifier}\nquorum W\n");
        Assert.True(policy.Judge(SignedNote.Sign(Text, Log).With(X[0].Cosign(Text))).IsSatisfied);
        Assert.Null(policy.Judge(SignedNote.Sign(Text, OtherLog).With(X[0].Cosign(Text))).Log);
        Assert.False(policy.Judge(SignedNote.Sign(Text, OtherLog).With(X[0].Cosign(Text))).IsSatisfied);
        Assert.False(policy.Judge(SignedNote.Sign(Text).With(X[0].Cosign(Text))).IsSatisfied);
        Assert.False(Read("quorum none\n").Judge(SignedNote.Sign(Text, Log)).IsSatisfied);
        Assert.Null(policy.Judge(SignedNote.Sign("no checkpoint\n", Log)).Checkpoint);
    }

    [Fact]
    public void A_known_key_that_fails_refuses_and_an_unknown_one_says_nothing()
    {
        var policy = Read($"log {Log.Verifier}\nwitness W {X[0].Verifier}\nquorum none\n");
        var wrong = X[0].Cosign("another\n");
        Assert.False(policy.Judge(SignedNote.Sign(Text, Log).With(X[0].Cosign(Text), wrong)).IsSatisfied);
        Assert.True(policy.Judge(SignedNote.Sign(Text, Log).With(X[1].Cosign("another\n"))).IsSatisfied);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var policy = Read(TwoLevels);
        var again = TlogPolicy.Parse(policy.Write());
        Assert.Equal(policy.ToString(), again.ToString());
        Assert.Equal("https://x1.example/", again.Witnesses[0].Url);
        Assert.Equal(["X1", "X2", "X3"], again.Groups[0].Members);
        Assert.Equal((2, 1, 2), (again.Groups[0].Threshold, again.Groups[1].Threshold, again.Groups[2].Threshold));
    }

    [Fact]
    public void Names_are_octets()
    {
        byte[] file =
        [
            .. Encoding.UTF8.GetBytes($"witness K {X[0].Verifier}\nwitness \u212A {X[1].Verifier}\nwitness "), 0xE9,
            .. Encoding.UTF8.GetBytes($" {X[2].Verifier}\nwitness \u00E9 {Y[0].Verifier}\ngroup g all K \u212A \u00E9\ngroup h any "), 0xE9, .. "\nquorum h\n"u8,
        ];
        var policy = TlogPolicy.Parse(file);
        Assert.Equal(4, policy.Witnesses.Select(witness => witness.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(policy.Witnesses[2].Name, policy.Groups[1].Members[0]);
        Assert.Equal(policy.ToString(), TlogPolicy.Parse(policy.Write()).ToString());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("log LOG\n", 0)]
    [InlineData("quorum none", 1)]
    [InlineData("quorum none\nquorum none\n", 2)]
    [InlineData("quorum W\nwitness W X1\n", 1)]
    [InlineData("quorum none # comment\n", 1)]
    [InlineData("quorum\n", 1)]
    [InlineData("Quorum none\n", 1)]
    [InlineData("quorum none\r\n", 1)]
    [InlineData("# \u007f\nquorum none\n", 1)]
    [InlineData("log\nquorum none\n", 1)]
    [InlineData("log LOG url more\nquorum none\n", 1)]
    [InlineData("log LOG\nlog LOG\nquorum none\n", 2)]
    [InlineData("log LOG\nlog LOG-RENAMED\nquorum none\n", 2)]
    [InlineData("log X1\nquorum none\n", 1)]
    [InlineData("witness W LOG\nquorum none\n", 1)]
    [InlineData("witness none X1\nquorum none\n", 1)]
    [InlineData("witness W X1\nwitness W X2\nquorum none\n", 2)]
    [InlineData("witness W X1\nwitness V X1\nquorum none\n", 2)]
    [InlineData("witness W X1\nwitness V X1-RENAMED\nquorum none\n", 2)]
    [InlineData("witness W X1\ngroup W all W\nquorum none\n", 2)]
    [InlineData("witness W X1\ngroup g all\nquorum none\n", 2)]
    [InlineData("witness W X1\ngroup g 0 W\nquorum none\n", 2)]
    [InlineData("witness W X1\ngroup g 2 W\nquorum none\n", 2)]
    [InlineData("witness W X1\ngroup g 01 W\nquorum none\n", 2)]
    [InlineData("witness W X1\ngroup g +1 W\nquorum none\n", 2)]
    [InlineData("witness W X1\ngroup g 99999999999 W\nquorum none\n", 2)]
    [InlineData("witness W X1\ngroup g most W\nquorum none\n", 2)]
    [InlineData("witness W X1\ngroup g any W W\nquorum none\n", 2)]
    [InlineData("witness W X1\ngroup g any W\ngroup h any W\nquorum none\n", 3)]
    [InlineData("group g any none\nquorum none\n", 1)]
    [InlineData("group g any g\nquorum none\n", 1)]
    [InlineData("witness W X1\ngroup g any V\nwitness V X2\nquorum none\n", 2)]
    public void What_is_no_policy_is_refused_with_its_line(string file, int line)
    {
        file = file
            .Replace("LOG-RENAMED", new NoteVerifier("renamed", Log.Verifier.PublicKeyBytes()).ToString(), StringComparison.Ordinal)
            .Replace("X1-RENAMED", new NoteVerifier("renamed", X[0].Verifier.PublicKeyBytes(), NoteKeyType.Cosignature).ToString(), StringComparison.Ordinal)
            .Replace("LOG", Log.Verifier.ToString(), StringComparison.Ordinal)
            .Replace("X1", X[0].Verifier.ToString(), StringComparison.Ordinal)
            .Replace("X2", X[1].Verifier.ToString(), StringComparison.Ordinal);
        Assert.Equal(line, Assert.Throws<PolicyFormatException>(() => Read(file)).Line);
    }

    [Fact]
    public void As_many_of_each_as_the_limit_are_read_and_no_more()
    {
        var witnesses = Enumerable.Range(0, TlogPolicy.Most).Select(i => $"witness w{i} {new Witness($"w{i}.example").Verifier}\n").ToList();
        var groups = Enumerable.Range(0, TlogPolicy.Most).Select(i => $"group g{i} any {(i == 0 ? "w0" : $"g{i - 1}")}\n").ToList();
        var file = string.Concat([.. witnesses, .. groups, $"quorum g{TlogPolicy.Most - 1}\n"]);
        var policy = Read(file);
        Assert.Equal((TlogPolicy.Most, TlogPolicy.Most), (policy.Witnesses.Count, policy.Groups.Count));

        Assert.Throws<PolicyFormatException>(() => Read($"{file}group more any w1\n"));
        Assert.Throws<PolicyFormatException>(() => Read($"{file}witness more {new Witness("more").Verifier}\n"));
    }

    [Fact]
    public void Every_changed_character_of_a_key_is_refused_or_another_key()
    {
        var file = $"log {Log.Verifier}\nquorum none\n";
        var note = SignedNote.Sign(Text, Log);
        Assert.True(Read(file).Judge(note).IsSatisfied);
        for (var position = 0; position < file.IndexOf('\n', StringComparison.Ordinal); position++)
        {
            foreach (var character in "0aZ+=#")
            {
                if (file[position] != character)
                {
                    Assert.False(Accepts(file[..position] + character + file[(position + 1)..], note));
                }
            }
        }
    }

    private static bool Accepts(string file, SignedNote note)
    {
        try
        {
            return Read(file).Judge(note).IsSatisfied;
        }
        catch (PolicyFormatException)
        {
            return false;
        }
    }

    private static TlogPolicy Read(string file) => TlogPolicy.Parse(Encoding.UTF8.GetBytes(file));
}
