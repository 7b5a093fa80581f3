using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Sovereignty.AuditService.LogTiles;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;
using Xunit.Abstractions;

namespace Sovereignty.AuditService.Tests;

/// <summary>
/// The log grows while a reader checks an inclusion proof for each entry it reads, against the newest signed checkpoint. A few
/// thousand entries here; <c>./sov soak audit</c> makes it a million and follows the file that this writes to.
/// </summary>
[Collection(OnPostgres.Name)]
public sealed class SoakTests(PostgresServer server, ITestOutputHelper told)
{
    private const int BatchSize = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly string? _file = Environment.GetEnvironmentVariable("AUDIT_REPORT");

    [Fact]
    public async Task Every_entry_read_while_the_log_grows_is_proven_to_be_in_it()
    {
        var entries = int.Parse(Environment.GetEnvironmentVariable("AUDIT_ENTRIES") ?? "2500", CultureInfo.InvariantCulture);
        await using var log = await TestLog.Create(server);
        log.Store().Append([log.Sealer.Prepare(TestLog.Numbered(0)), log.Sealer.Prepare(TestLog.Numbered(1))], default);
        var newest = Checkpoint.Parse((await log.CheckpointSigner().Sign(default))!.Text)!;
        using var end = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        var appended = 2L;
        var reading = Task.Run(() => Read(log, () => Volatile.Read(ref newest), end.Token));
        try
        {
            var store = log.Store();
            var signer = log.CheckpointSigner();
            var next = Interval;
            while (appended < entries && !reading.IsCompleted)
            {
                var from = (int)appended;
                var batch = Enumerable.Range(from, Math.Min(BatchSize, entries - from)).AsParallel().AsOrdered().Select(i => log.Sealer.Prepare(TestLog.Numbered(i))).ToArray();
                appended = (store.Append(batch, default))[^1].Index + 1;
                Volatile.Write(ref newest, Checkpoint.Parse((await signer.Sign(default))!.Text)!);
                if (clock.Elapsed >= next)
                {
                    Line($"{appended:N0} of {entries:N0} entries, {appended / clock.Elapsed.TotalSeconds:N0}/s");
                    next = clock.Elapsed + Interval;
                }
            }
        }
        finally
        {
            await end.CancelAsync();
        }

        var proofs = await reading;
        Line($"{appended:N0} entries in {clock.Elapsed.TotalSeconds:N0} s, {proofs:N0} read while they came and each proven to be in the log");
        Assert.Equal(entries, appended);
        Assert.True(proofs > 0, "Nothing was read while the log grew.");

        await log.Index();
        clock.Restart();
        var report = await log.Verify();
        Line($"{report.Verdict.ToString().ToLowerInvariant()}: {report.Entries:N0} entries, {report.Checkpoints:N0} checkpoints, {report.BodiesOpened:N0} bodies opened, verified in {clock.Elapsed.TotalSeconds:N0} s");
        Assert.Empty(report.Findings);
        Assert.Equal((LogVerdict.Valid, (long)entries, (long)entries), (report.Verdict, report.Entries, report.BodiesOpened));
    }

    private static async Task<long> Read(TestLog log, Func<Checkpoint> newest, CancellationToken end)
    {
        var random = new Random(7);
        await using var connection = await log.Database.Read.OpenConnectionAsync(CancellationToken.None);
        var proofs = 0L;
        while (!end.IsCancellationRequested)
        {
            var checkpoint = newest();
            var index = random.NextInt64(checkpoint.Size);
            await using var command = new NpgsqlCommand("SELECT entry FROM audit.entries WHERE index = $1", connection) { Parameters = { new() { Value = index } } };
            var entry = (byte[])(await command.ExecuteScalarAsync(CancellationToken.None))!;
            var tree = new TileTree(checkpoint.Size, async (tile, ct) => await TileReader.Read(connection, tile, ct));
            var proof = await tree.InclusionProof(index, CancellationToken.None);
            Assert.True(MerkleProof.VerifyInclusion(index, checkpoint.Size, MerkleHash.Leaf(entry), proof, checkpoint.Root), $"Entry {index} is not proven to be in the log of {checkpoint.Size}.");
            Assert.False(MerkleProof.VerifyInclusion(index, checkpoint.Size, MerkleHash.Leaf([.. entry, 0]), proof, checkpoint.Root));
            proofs++;
        }

        return proofs;
    }

    private void Line(string line)
    {
        told.WriteLine(line);
        if (_file is not null)
        {
            File.AppendAllText(_file, $"{line}\n");
        }
    }
}
