using System.Net;
using System.Security.Cryptography;
using System.Text;
using Sovereignty.TransparencyLog;
using static Sovereignty.Witness.Tests.RunningWitness;

namespace Sovereignty.Witness.Tests;

public sealed class AddCheckpointTests : IAsyncLifetime
{
    private readonly string _folder = NewFolder();
    private RunningWitness _witness = null!;

    public async Task InitializeAsync() => _witness = await Start(_folder);

    public async Task DisposeAsync()
    {
        await _witness.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_growing_log_is_cosigned_and_the_cosignature_verifies()
    {
        var key = await _witness.Key();
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        foreach (var (old, size) in new[] { (0, 1), (1, 7), (7, 8), (8, 300), (300, 1111), (1111, 1111) })
        {
            var (status, text) = await _witness.Add(Body(old, size));
            Assert.Equal(HttpStatusCode.OK, status);
            var note = SignedNote.Parse(Encoding.UTF8.GetBytes(Checkpoint(Tree, size) + text))!;
            var signature = Assert.Single(note.VerifySignatures(key)!);
            Assert.InRange(signature.Time!.Value, before, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        }

        Assert.Equal(NoteKeyType.Cosignature, key.Type);
    }

    [Fact]
    public async Task The_newest_cosigned_checkpoint_is_served_with_the_cosignature_that_was_given()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _witness.Client.GetAsync($"/{LogHash}/checkpoint")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _witness.Client.GetAsync($"/{new string('0', 64)}/checkpoint")).StatusCode);
        var (_, cosignature) = await _witness.Add(Body(0, 12));
        Assert.Equal(Checkpoint(Tree, 12) + cosignature, await _witness.Client.GetStringAsync($"/{LogHash}/checkpoint"));
        Assert.Equal(HttpStatusCode.NotFound, (await _witness.Client.GetAsync($"/{LogHash.ToUpperInvariant()}/checkpoint")).StatusCode);
    }

    [Fact]
    public async Task Signatures_of_unknown_keys_are_neither_believed_nor_kept()
    {
        using var stranger = new NoteSigner("stranger.example", SHA256.HashData("stranger"u8));
        var text = new Checkpoint(Origin, 5, Tree.Root(5)).ToText();
        Assert.Equal(HttpStatusCode.Forbidden, (await _witness.Add(Body(0, [], SignedNote.Sign(text, stranger).ToString()))).Status);
        Assert.Equal(HttpStatusCode.OK, (await _witness.Add(Body(0, [], SignedNote.Sign(text, stranger, Log).ToString()))).Status);
        Assert.DoesNotContain("stranger", await _witness.Client.GetStringAsync($"/{LogHash}/checkpoint"));
    }

    [Fact]
    public async Task An_unknown_log_is_404_and_a_checkpoint_without_the_logs_own_signature_403()
    {
        using var unknown = new NoteSigner("log.example/unknown", SHA256.HashData("x"u8));
        Assert.Equal(HttpStatusCode.NotFound, (await _witness.Add(Body(0, [], Checkpoint(Tree, 5, unknown)))).Status);

        // Another log's key, well known, under this log's origin.
        var foreign = SignedNote.Sign(new Checkpoint(Origin, 5, Tree.Root(5)).ToText(), OtherLog).ToString();
        Assert.Equal(HttpStatusCode.Forbidden, (await _witness.Add(Body(0, [], foreign))).Status);

        // One good line of the log's key does not make up for a bad one.
        var other = SignedNote.Sign(new Checkpoint(Origin, 6, Tree.Root(6)).ToText(), Log);
        var mixed = SignedNote.Parse(Encoding.UTF8.GetBytes(Checkpoint(Tree, 5)))!.With(other.Signatures[0]).ToString();
        Assert.Equal(HttpStatusCode.Forbidden, (await _witness.Add(Body(0, [], mixed))).Status);
        Assert.Equal(HttpStatusCode.OK, (await _witness.Add(Body(0, 5))).Status);
    }

    [Fact]
    public async Task Another_size_than_the_one_held_is_409_with_the_size()
    {
        await _witness.Add(Body(0, 10));
        foreach (var (old, size) in new[] { (0, 20), (9, 20), (11, 20), (0, 10), (3, 9) })
        {
            using var response = await _witness.Client.PostAsync("/add-checkpoint", new StringContent(Body(old, size)));
            Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
            Assert.Equal("text/x.tlog.size", response.Content.Headers.GetValues("Content-Type").Single());
            Assert.Equal("10\n", await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(HttpStatusCode.OK, (await _witness.Add(Body(10, 20))).Status);
    }

    [Fact]
    public async Task An_old_size_beyond_the_checkpoint_is_400()
    {
        await _witness.Add(Body(0, 10));
        Assert.Equal(HttpStatusCode.BadRequest, (await _witness.Add(Body(10, [], Checkpoint(Tree, 9)))).Status);
    }

    [Fact]
    public async Task A_fork_is_422_whichever_way_it_comes()
    {
        await _witness.Add(Body(0, 10));
        (int Old, IReadOnlyList<MerkleHash> Proof, int Size)[] attempts =
        [
            (10, [], 10),
            (10, Fork.Proof(10, 20), 20),
            (10, Tree.Proof(10, 20), 20),
            (10, [], 20),
        ];
        foreach (var (old, proof, size) in attempts)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(old, proof, Checkpoint(Fork, size)))).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await _witness.Add(Body(10, 20))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(20, Tree.Proof(10, 20), Checkpoint(Tree, 20)))).Status);
    }

    [Fact]
    public async Task A_proof_with_a_hash_too_many_too_few_or_changed_is_422()
    {
        await _witness.Add(Body(0, 300));
        var proof = Tree.Proof(300, 1111);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(300, [.. proof, Tree.Root(1)], Checkpoint(Tree, 1111)))).Status);
        for (var at = 0; at < proof.Count; at++)
        {
            var changed = proof.ToArray();
            changed[at] = Tree.Root(2);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(300, changed, Checkpoint(Tree, 1111)))).Status);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(300, [.. proof.Where((_, i) => i != at)], Checkpoint(Tree, 1111)))).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await _witness.Add(Body(300, proof, Checkpoint(Tree, 1111)))).Status);
    }

    [Fact]
    public async Task The_empty_tree_has_the_root_of_nothing_and_takes_no_proof()
    {
        var forged = SignedNote.Sign(new Checkpoint(Origin, 0, Tree.Root(1)).ToText(), Log).ToString();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(0, [], forged))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(0, [Tree.Root(1)], Checkpoint(Tree, 0)))).Status);
        Assert.Equal(HttpStatusCode.OK, (await _witness.Add(Body(0, 0))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(0, [Tree.Root(1)], Checkpoint(Tree, 4)))).Status);
        Assert.Equal(HttpStatusCode.OK, (await _witness.Add(Body(0, 4))).Status);
    }

    [Fact]
    public async Task Logs_do_not_mix()
    {
        await _witness.Add(Body(0, 10));
        Assert.Equal(HttpStatusCode.OK, (await _witness.Add(Body(0, [], Checkpoint(Fork, 3, OtherLog)))).Status);
        Assert.Equal(HttpStatusCode.OK, (await _witness.Add(Body(10, 11))).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("old 0\n")]
    [InlineData("old 0\n\n")]
    [InlineData("old 0\n\nlog.example/audit\n")]
    [InlineData("{checkpoint}")]
    [InlineData("\n{checkpoint}")]
    [InlineData("old 0\n{checkpoint}")]
    [InlineData("old\n\n{checkpoint}")]
    [InlineData("old \n\n{checkpoint}")]
    [InlineData("old 00\n\n{checkpoint}")]
    [InlineData("old 01\n\n{checkpoint}")]
    [InlineData("old +1\n\n{checkpoint}")]
    [InlineData("old -1\n\n{checkpoint}")]
    [InlineData("old  0\n\n{checkpoint}")]
    [InlineData(" old 0\n\n{checkpoint}")]
    [InlineData("old 0 \n\n{checkpoint}")]
    [InlineData("old 0\r\n\n{checkpoint}")]
    [InlineData("old 0x1\n\n{checkpoint}")]
    [InlineData("old 1_0\n\n{checkpoint}")]
    [InlineData("OLD 0\n\n{checkpoint}")]
    [InlineData("old 9223372036854775808\n\n{checkpoint}")]
    [InlineData("old 1\n{hash} \n\n{checkpoint}")]
    [InlineData("old 1\n{hash}\r\n\n{checkpoint}")]
    [InlineData("old 1\n{loose}\n\n{checkpoint}")]
    [InlineData("old 1\nAAAA\n\n{checkpoint}")]
    [InlineData("old 1\n{hash}\n{checkpoint}")]
    [InlineData("old 0\n\n\n{checkpoint}")]
    [InlineData("old 0\n\n{checkpoint}\n")]
    [InlineData("old 0\n\n{checkpoint}x")]
    public async Task What_is_not_written_as_the_format_says_is_400(string body)
    {
        // The last character before the padding has bits that no hash has.
        var hash = Tree.Root(1).ToBase64();
        var loose = hash[..42] + (char)(hash[42] + 1) + "=";
        var (status, _) = await _witness.Add(body.Replace("{checkpoint}", Checkpoint(Tree, 5)).Replace("{hash}", hash).Replace("{loose}", loose));
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task The_longest_proof_has_63_lines_and_a_body_has_an_end()
    {
        await _witness.Add(Body(0, 1));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(1, [.. Enumerable.Repeat(Tree.Root(1), 63)], Checkpoint(Tree, 5)))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _witness.Add(Body(1, [.. Enumerable.Repeat(Tree.Root(1), 64)], Checkpoint(Tree, 5)))).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await _witness.Add(new string('x', 200_000))).Status);
    }

    [Fact]
    public async Task Sixteen_signatures_are_read()
    {
        var strangers = Enumerable.Range(0, 15).Select(i => new NoteSigner($"stranger.example/{i}", SHA256.HashData(BitConverter.GetBytes(i)))).ToList();
        var note = SignedNote.Sign(new Checkpoint(Origin, 5, Tree.Root(5)).ToText(), [.. strangers, Log]);
        Assert.Equal(HttpStatusCode.OK, (await _witness.Add(Body(0, [], note.ToString()))).Status);
    }

    [Fact]
    public async Task Every_changed_byte_of_the_signed_checkpoint_is_refused()
    {
        var checkpoint = Encoding.UTF8.GetBytes(Checkpoint(Tree, 20));
        var beginning = Encoding.UTF8.GetBytes(Body(0, [], ""));
        for (var at = 0; at < checkpoint.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])checkpoint.Clone();
                changed[at] ^= (byte)(1 << bit);
                using var response = await _witness.Client.PostAsync("/add-checkpoint", new ByteArrayContent([.. beginning, .. changed]));
                Assert.True(
                    response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.NotFound,
                    $"bit {bit} of byte {at}: {response.StatusCode}");
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await _witness.Add(Body(0, 20))).Status);
    }

    [Fact]
    public async Task Of_two_submissions_at_once_one_wins_and_the_other_learns_the_size()
    {
        await _witness.Add(Body(0, 10));
        for (var size = 10; size < 60; size += 2)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => _witness.Add(Body(size, size + 1 + (i % 2))))));
            var held = int.Parse((await _witness.Client.GetStringAsync($"/{LogHash}/checkpoint")).Split('\n')[1]);
            Assert.Contains(answers, answer => answer.Status == HttpStatusCode.OK);
            Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal((HttpStatusCode.Conflict, $"{held}\n"), answer));

            // Of the two sizes one was cosigned, once: whoever came after it had the wrong old size.
            var cosigned = answers.Select((answer, i) => (answer.Status, Size: size + 1 + (i % 2))).Where(answer => answer.Status == HttpStatusCode.OK).ToList();
            Assert.Equal(held, Assert.Single(cosigned).Size);
            if (held == size + 1)
            {
                await _witness.Add(Body(held, size + 2));
            }
        }
    }

    [Fact]
    public async Task A_rollback_is_refused_and_two_roots_of_a_size_are_kept_as_evidence()
    {
        await _witness.Add(Body(0, 10));
        await _witness.Add(Body(10, 20));
        Assert.Equal((HttpStatusCode.Conflict, "20\n"), await _witness.Add(Body(0, [], Checkpoint(Fork, 12))));
        Assert.Equal((HttpStatusCode.Conflict, "20\n"), await _witness.Add(Body(0, [], Checkpoint(Fork, 20))));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(20, [], Checkpoint(Fork, 20)))).Status);
        Assert.Equal((HttpStatusCode.Conflict, "20\n"), await _witness.Add(Body(0, 30)));

        var evidence = Path.Combine(_folder, "state", LogHash, "evidence");
        var fork = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(evidence, "forks"))));
        Assert.Contains(Fork.Root(20).ToBase64().Replace("+", "\\u002B"), fork);
        Assert.Contains(Tree.Root(20).ToBase64().Replace("+", "\\u002B"), fork);
        Assert.False(Directory.Exists(Path.Combine(evidence, "refused")));
    }

    [Fact]
    public async Task What_anybody_can_offer_again_is_no_evidence()
    {
        await _witness.Add(Body(0, 10));
        await _witness.Add(Body(10, 20));
        foreach (var old in new[] { 0, 9, 20 })
        {
            await _witness.Add(Body(old, [], Checkpoint(Tree, 10)));
            await _witness.Add(Body(old, [Tree.Root(1)], Checkpoint(Tree, 20)));
        }

        Assert.False(Directory.Exists(Path.Combine(_folder, "state", LogHash, "evidence")));
    }

    [Fact]
    public async Task Of_what_was_not_proven_the_newest_stays_as_the_log_signed_it()
    {
        await _witness.Add(Body(0, 10));
        var refused = Path.Combine(_folder, "state", LogHash, "evidence", "refused");
        using var stranger = new NoteSigner("stranger.example", SHA256.HashData("stranger"u8));
        for (var size = 11; size < 18; size++)
        {
            var padded = SignedNote.Sign(new Checkpoint(Origin, size, Fork.Root(size)).ToText(), stranger, Log).ToString();
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(10, [], padded))).Status);

            // The clock of a file system may not tell them apart.
            File.SetLastWriteTimeUtc(Directory.GetFiles(refused, $"{size}-*").Single(), DateTime.UnixEpoch.AddDays(size));
        }

        var kept = Directory.GetFiles(refused).Order().ToList();
        Assert.Equal(["15", "16", "17"], kept.Select(file => Path.GetFileName(file).Split('-')[0]));
        Assert.All(kept, file => Assert.DoesNotContain("stranger", File.ReadAllText(file), StringComparison.Ordinal));

        // A fork has room of its own.
        await _witness.Add(Body(10, [], Checkpoint(Fork, 10)));
        Assert.Single(Directory.GetFiles(Path.Combine(refused, "..", "forks")));
    }

    [Fact]
    public async Task Evidence_that_cannot_be_kept_changes_no_answer()
    {
        await _witness.Add(Body(0, 10));
        var evidence = Path.Combine(_folder, "state", LogHash, "evidence");
        Directory.CreateDirectory(evidence);

        // Where not even root may make a file.
        Directory.CreateSymbolicLink(Path.Combine(evidence, "refused"), "/sys");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _witness.Add(Body(10, [], Checkpoint(Fork, 11)))).Status);
    }
}
