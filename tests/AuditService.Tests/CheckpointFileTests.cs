using System.Diagnostics;
using System.Text.Json;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class CheckpointFileTests(PostgresServer server)
{
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(-2)]
    public async Task A_torn_last_line_is_passed_over_and_the_next_stands_on_its_own(int length)
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(10);
        await log.CheckpointSigner().Sign(default);
        var path = log.Options.EffectiveCheckpointFile;
        var whole = (await File.ReadAllLinesAsync(path))[0];
        await File.AppendAllTextAsync(path, whole[..(length < 0 ? whole.Length + length : length)]);

        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
        Assert.Equal(10, new CheckpointFile(path).Newest(log.Signer.Verifier)?.Size);

        await log.AppendMessages(5, from: 10);
        await log.CheckpointSigner().Sign(default);
        var report = await log.Verify();
        Assert.Empty(report.Findings);
        Assert.Equal(4, report.Checkpoints);
        Assert.Equal(15, new CheckpointFile(path).Newest(log.Signer.Verifier)?.Size);
        Assert.Equal(3, (await File.ReadAllLinesAsync(path)).Length);
    }

    [Fact]
    public async Task A_last_line_that_lacks_only_its_end_still_counts()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(10);
        await log.CheckpointSigner().Sign(default);
        var path = log.Options.EffectiveCheckpointFile;
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).TrimEnd('\n'));
        Assert.Equal(2, (await log.Verify()).Checkpoints);
        await log.AppendMessages(1, from: 10);
        await log.CheckpointSigner().Sign(default);
        Assert.Equal(4, (await log.Verify()).Checkpoints);
    }

    [Fact]
    public async Task A_whole_line_that_was_changed_is_invalid()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(10);
        await log.CheckpointSigner().Sign(default);
        var path = log.Options.EffectiveCheckpointFile;
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace("\\n10\\n", "\\n11\\n", StringComparison.Ordinal));
        Assert.Equal(LogVerdict.Invalid, (await log.Verify()).Verdict);
    }

    [Fact]
    public async Task What_is_read_of_a_growing_file_ends_where_it_was_long_before()
    {
        await using var log = await TestLog.Create(server);
        var file = new CheckpointFile(log.Options.EffectiveCheckpointFile);
        await log.CheckpointSigner().Sign(default);
        var length = file.Length;
        await log.AppendMessages(1);
        await log.CheckpointSigner().Sign(default);
        Assert.Single(file.Read(length));
        Assert.Equal(2, file.Read().Count());
    }

    [Fact]
    public async Task The_newest_is_found_from_the_end_of_a_long_file()
    {
        await using var log = await TestLog.Create(server);
        var path = log.Options.EffectiveCheckpointFile;
        var file = new CheckpointFile(path);
        string Line(long size) => JsonSerializer.Serialize(SignedNote.Sign(new Checkpoint(log.Options.Origin, size, MerkleHash.EmptyRoot).ToText(), log.Signer).ToString()) + "\n";

        // To verify each of half a million lines would take much longer.
        var old = string.Concat(Enumerable.Repeat(Line(1), 1_000));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (var writer = new StreamWriter(path))
        {
            for (var i = 0; i < 500; i++)
            {
                await writer.WriteAsync(old);
            }

            await writer.WriteAsync(Line(77) + Line(78) + Line(7)[..50]);
        }

        var watch = Stopwatch.StartNew();
        Assert.Equal(78, file.Newest(log.Signer.Verifier)?.Size);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }
}
