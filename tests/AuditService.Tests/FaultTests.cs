using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Keys;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

/// <summary>Every write of the way into the log fails in turn, more than once; afterwards each message is an entry once.</summary>
[Collection(OnPostgres.Name)]
public sealed class FaultTests(PostgresServer server)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Each_write_of_an_append_fails_in_turn_and_each_message_is_an_entry_once()
    {
        await using var log = await TestLog.Create(server);
        await InstallFault(log);
        await using var appender = log.Appender(batchSize: 100);
        var number = 0;
        foreach (var trigger in new[]
        {
            "BEFORE INSERT ON audit.entries FOR EACH ROW",
            "BEFORE INSERT ON audit.messages FOR EACH ROW",
            "BEFORE INSERT ON audit.tiles FOR EACH ROW",
            "BEFORE UPDATE ON audit.head FOR EACH ROW",
            "AFTER UPDATE ON audit.head DEFERRABLE INITIALLY DEFERRED FOR EACH ROW",
        })
        {
            await log.Tamper($"ALTER SEQUENCE public.faults RESTART; CREATE {(trigger.Contains("DEFERRED", StringComparison.Ordinal) ? "CONSTRAINT " : "")}TRIGGER fault {trigger} EXECUTE FUNCTION public.fault()");

            // More than a tile's width, so that a tile is written too.
            var outcomes = await Task.WhenAll(Enumerable.Range(number, 300).Select(i => appender.Append(TestLog.Message(i), default)));

            Assert.True(await log.Scalar<long>("SELECT last_value FROM public.faults") > 2, $"No fault was met: {trigger}.");
            Assert.All(outcomes, outcome => Assert.Equal(AppendResult.Stored, outcome.Result));
            Assert.Equal(Enumerable.Range(number, 300).Select(i => (long)i), outcomes.Select(outcome => outcome.Index).Order());
            number += 300;
            await log.Tamper($"DROP TRIGGER fault ON {trigger.Split(' ')[3]}");
        }

        await ExpectEachOnce(log, number);
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_made_once()
    {
        await using var log = await TestLog.Create(server);
        var direct = new NpgsqlConnectionStringBuilder(server.Login("audit_append", log.DatabaseName));
        await using var cut = new CommitCut(direct.Port, cuts: 3);
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(direct.ConnectionString) { Port = cut.Port, SslMode = SslMode.Disable }.ConnectionString);
        await using var appender = Appender(log, new LogStore(database, log.Sealer, TimeProvider.System), log.Sealer);

        for (var part = 0; part < 6; part++)
        {
            var from = part * 100;
            var outcomes = await Task.WhenAll(Enumerable.Range(from, 100).Select(i => appender.Append(TestLog.Message(i), default)));
            Assert.Equal(Enumerable.Range(from, 100).Select(i => (long)i), outcomes.Select(outcome => outcome.Index).Order());
        }

        Assert.Equal(3, cut.Cuts);
        await ExpectEachOnce(log, 600);
    }

    [Fact]
    public async Task The_indexer_of_the_search_table_fails_and_resumes_where_it_stood()
    {
        await using var log = await TestLog.Create(server);
        await InstallFault(log);
        log.Store().Append([.. Enumerable.Range(0, 50).Select(i => log.Sealer.Prepare(TestLog.Message(i)))], default);
        foreach (var trigger in new[] { "BEFORE INSERT ON audit.search FOR EACH ROW", "BEFORE UPDATE ON audit.indexed FOR EACH ROW" })
        {
            await log.Tamper($"ALTER SEQUENCE public.faults RESTART; CREATE TRIGGER fault {trigger} EXECUTE FUNCTION public.fault()");
            for (var fault = 0; fault < 2; fault++)
            {
                await Assert.ThrowsAsync<PostgresException>(log.Index);
                Assert.Equal(0, await log.Scalar<long>("SELECT count(*) FROM audit.search"));
                Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
            }

            await log.Tamper($"DROP TRIGGER fault ON {trigger.Split(' ')[3]}");
        }

        await log.Index();
        Assert.Equal(50, await log.Scalar<long>("SELECT count(*) FROM audit.search"));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    [Theory]
    [InlineData("promised", 0)]
    [InlineData("checkpoints", 1)]
    public async Task A_checkpoint_that_was_promised_or_written_outside_and_no_further_is_continued(string table, int outside)
    {
        await using var log = await TestLog.Create(server);
        await InstallFault(log);
        await log.AppendMessages(10);
        await log.CheckpointSigner().Sign(default);
        await log.AppendMessages(10, from: 10);
        await log.Tamper($"CREATE TRIGGER fault BEFORE INSERT OR UPDATE ON audit.{table} FOR EACH ROW EXECUTE FUNCTION public.fault()");

        for (var fault = 1; fault <= 2; fault++)
        {
            await Assert.ThrowsAsync<PostgresException>(() => log.CheckpointSigner().Sign(default));
            Assert.Equal(1 + (fault * outside), File.ReadAllLines(log.Options.EffectiveCheckpointFile).Length);
            Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
        }

        await log.AppendMessages(5, from: 20);
        Assert.NotNull(await log.CheckpointSigner().Sign(default));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    [Fact]
    public async Task Without_room_for_a_key_or_a_checkpoint_messages_wait_and_nothing_is_signed()
    {
        await using var log = await TestLog.Create(server);
        using var disk = new SmallDisk(kilobytes: 256);
        log.Options.CheckpointFile = Path.Combine(disk.Folder, "checkpoints.jsonl");
        var keys = Path.Combine(disk.Folder, "keys");
        var sealer = new EntrySealer(new KeyStore(keys, log.Master, TimeProvider.System), log.Tokens);
        await using var appender = Appender(log, log.Store(), sealer);
        await log.AppendMessages(1);

        disk.Fill();
        await Assert.ThrowsAsync<IOException>(() => log.CheckpointSigner().Sign(default));
        Assert.Equal(0, await log.Count("checkpoints"));
        var waiting = appender.Append(TestLog.Message(1, tenant: "globex") with { ReceivedAt = TimeProvider.System.GetUtcNow() }, default);
        await Until(() => appender.Debt > TimeSpan.FromMilliseconds(300), "the message waits for its key");
        Assert.False(waiting.IsCompleted);
        Assert.Equal(1, await log.Count("entries"));

        disk.Free();
        await waiting.WaitAsync(Limit);
        Assert.Single(Directory.GetFiles(keys));
        await ExpectEachOnce(log, 2);
    }

    [Fact]
    public async Task Without_room_for_entries_messages_wait_and_each_is_an_entry_once_when_there_is_room()
    {
        await using var log = await TestLog.Create(server);
        using var disk = new SmallDisk(kilobytes: 2_048);
        await TestLog.Execute(log.Superuser, $"CREATE TABLESPACE small LOCATION '{PostgresServer.FolderIn(disk.Folder)}'");
        await log.Tamper("ALTER TABLE audit.entries_000000 SET TABLESPACE small");
        try
        {
            await using var appender = log.Appender(batchSize: 4);
            var text = new string('x', 100_000);
            var all = Enumerable.Range(0, 40).Select(i => appender.Append(Big(i, text), default)).ToArray();
            await Until(() => appender.Debt > TimeSpan.FromSeconds(1), "the disk is full");
            Assert.Contains(all, append => append.IsCompletedSuccessfully);
            Assert.Contains(all, append => !append.IsCompleted);
            Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);

            disk.Grow(kilobytes: 32_768);
            var outcomes = await Task.WhenAll(all).WaitAsync(Limit);
            Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), outcomes.Select(outcome => outcome.Index).Order());
            await ExpectEachOnce(log, 40);
        }
        finally
        {
            await log.Tamper("ALTER TABLE audit.entries_000000 SET TABLESPACE pg_default");
            await TestLog.Execute(log.Superuser, "DROP TABLESPACE small");
        }
    }

    private static Receiving.ReceivedMessage Big(int number, string text) => TestLog.Raw(
        string.Create(CultureInfo.InvariantCulture, $$$"""{"messageId":"big-{{{number}}}","messageType":["urn:message:Sovereignty.Contracts.Data:DataCreated"],"message":{"text":"{{{text}}}"}}"""),
        string.Create(CultureInfo.InvariantCulture, $"big-{number}")) with
    { ReceivedAt = TimeProvider.System.GetUtcNow() };

    private static LogAppender Appender(TestLog log, LogStore store, EntrySealer sealer) =>
        new(store, sealer, new Diagnostics.AuditMetrics(), TimeProvider.System, NullLogger<LogAppender>.Instance, batchSize: 50);

    // Fails twice, counted outside of the transaction that it breaks.
    private static Task InstallFault(TestLog log) => TestLog.Execute(
        log.Superuser,
        """
        CREATE SEQUENCE public.faults;
        GRANT USAGE ON SCHEMA public TO PUBLIC;
        CREATE FUNCTION public.fault() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            IF nextval('public.faults') <= 2 THEN
                RAISE EXCEPTION 'injected' USING ERRCODE = '53100';
            END IF;
            RETURN NEW;
        END $$
        """);

    private static async Task ExpectEachOnce(TestLog log, long messages)
    {
        await log.Index();
        Assert.Equal((messages, messages), (await log.Count("entries"), await log.Scalar<long>("SELECT count(DISTINCT message_key) FROM audit.listed")));
        await log.CheckpointSigner().Sign(default);
        var report = await log.Verify();
        Assert.Empty(report.Findings);
        Assert.Equal((LogVerdict.Valid, messages), (report.Verdict, report.Entries));
    }

    private static async Task Until(Func<bool> condition, string what)
    {
        var limit = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(limit.Elapsed < Limit, $"Waited for this: {what}.");
            await Task.Yield();
        }
    }
}
