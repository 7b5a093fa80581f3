using System.Diagnostics;
using System.Text;
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
        await using var opened = file.Open()!;
        var length = opened.Length;
        await log.AppendMessages(1);
        await log.CheckpointSigner().Sign(default);
        Assert.Single(CheckpointFile.Read(opened, length));
        Assert.Equal(2, file.Read().Count());

        // One that is put in its place while it is read is another file.
        File.Delete(log.Options.EffectiveCheckpointFile);
        Assert.Single(CheckpointFile.Read(opened, length));
    }

    [Fact]
    public async Task The_file_is_thinned_when_a_checkpoint_is_signed()
    {
        await using var log = await TestLog.Create(server);
        var file = new CheckpointFile(log.Options.EffectiveCheckpointFile);
        var empty = SignedNote.Sign(new Checkpoint(log.Options.Origin, 0, MerkleHash.EmptyRoot).ToText(), log.Signer);
        for (var i = 0; i < 5; i++)
        {
            file.Append(empty, DateTimeOffset.UnixEpoch.AddMinutes(i));
        }

        await log.AppendMessages(3);
        await log.CheckpointSigner().Sign(default);
        Assert.Equal(2, file.Read().Count());
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    [Fact]
    public void All_of_the_last_day_stay_and_of_the_time_before_the_first_of_each_hour()
    {
        var folder = Directory.CreateTempSubdirectory("sov-checkpoints").FullName;
        var path = Path.Combine(folder, "checkpoints.jsonl");
        using var signer = SigningKey.Open(Path.Combine(folder, "signing-key"), "audit.sovereignty.test/log");
        SignedNote Note(long size) => SignedNote.Sign(new Checkpoint(signer.Verifier.Name, size, MerkleHash.EmptyRoot).ToText(), signer);
        File.WriteAllText(path, $"{JsonSerializer.Serialize(Note(1).ToString())}\n");
        File.WriteAllText($"{path}.cut-short.tmp", "{");
        var begin = new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
        var file = new CheckpointFile(path);
        long[] Sizes() => [.. file.Read().Select(text => Checkpoint.Parse(SignedNote.Parse(Encoding.UTF8.GetBytes(text))!.Text)!.Size)];

        // Two days, one every ten minutes; the first line has no time, as lines had none once.
        var signed = Enumerable.Range(0, 2 * 24 * 6).Select(i => (Size: i + 2L, At: begin.AddMinutes(10 * i))).ToList();
        signed.ForEach(one => file.Append(Note(one.Size), one.At));
        var now = signed[^1].At;
        var left = new[] { 1L }.Concat(signed.Where(one => one.At > now.AddDays(-1) || one.At.Minute == 0).Select(one => one.Size)).ToArray();
        file.Thin(now);
        Assert.Equal(left, Sizes());
        Assert.InRange(left.Length, 160, 180);
        Assert.Equal(signed[^1].Size, file.Newest(signer.Verifier)?.Size);

        // Once an hour, and to the same end.
        file.Append(Note(1_000), now.AddMinutes(10));
        file.Thin(now.AddMinutes(59));
        Assert.Equal([.. left, 1_000L], Sizes());
        file.Thin(now.AddDays(3));
        Assert.Equal([1L, .. signed.Where(one => one.At.Minute == 0).Select(one => one.Size), 1_000L], Sizes());
        Assert.Equal(["checkpoints.jsonl", "signing-key"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Directory.Delete(folder, recursive: true);
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
