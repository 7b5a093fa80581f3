using Npgsql;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Keys;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

/// <summary>What a superuser does who switched every guard off.</summary>
[Collection(OnPostgres.Name)]
public sealed class TamperingTests(PostgresServer server)
{
    [Theory]
    [InlineData("UPDATE audit.entries SET entry = replace(convert_from(entry, 'UTF8'), 'acme-77', 'acme-78')::bytea WHERE index = 77", LogVerdict.Invalid, 77L, "Entry 77:")]
    [InlineData("UPDATE audit.entries SET entry = replace(convert_from(entry, 'UTF8'), 'acme-77', 'acme-78')::bytea, leaf_hash = sha256('\\x00'::bytea || replace(convert_from(entry, 'UTF8'), 'acme-77', 'acme-78')::bytea) WHERE index = 77", LogVerdict.Invalid, 77L, "Entry 77:")]
    [InlineData("UPDATE audit.entries SET entry = 'x' WHERE index = 520", LogVerdict.Invalid, 520L, "Entry 520:")]
    [InlineData("UPDATE audit.entries SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: its body is not the one")]
    [InlineData("UPDATE audit.entries SET sealed = NULL WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: its body is not there")]
    [InlineData("DELETE FROM audit.search WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: it is not in the search table")]
    [InlineData("UPDATE audit.search SET tenant = 'globex' WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: the search table")]
    [InlineData("UPDATE audit.search SET occurred_at = occurred_at + interval '1 microsecond' WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: the search table")]
    [InlineData("UPDATE audit.search SET user_token = gen_random_uuid() WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: the search table")]
    [InlineData("UPDATE audit.search SET user_token = NULL WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: the search table")]
    [InlineData("UPDATE audit.search SET data_token = (SELECT data_token FROM audit.search WHERE index = 299) WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: the search table")]
    [InlineData("UPDATE audit.search SET regions = ARRAY['us-east-1', 'eu-west-1'] WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: the search table")]
    [InlineData("UPDATE audit.search SET regions = '{}' WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: the search table")]
    [InlineData("UPDATE audit.search SET actions = ARRAY['read'] WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: the search table")]
    [InlineData("UPDATE audit.search SET type = 'DataRejected' WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: the search table")]
    [InlineData("UPDATE audit.messages SET body_tag = gen_random_uuid() WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: the list of messages has another body")]
    [InlineData("DELETE FROM audit.messages WHERE index = 300", LogVerdict.Invalid, 300L, "Entry 300: its message is not in the list")]
    [InlineData("INSERT INTO audit.messages VALUES (gen_random_uuid(), gen_random_uuid(), 1)", LogVerdict.Invalid, null, "The list of messages has 531")]
    [InlineData("DELETE FROM audit.entries WHERE index = 300", LogVerdict.Gap, 300L, "Entry 300 is not there")]
    [InlineData("DELETE FROM audit.entries WHERE index BETWEEN 520 AND 524", LogVerdict.Gap, 520L, "Entries 520 to 524")]
    [InlineData("DELETE FROM audit.entries WHERE index >= 520", LogVerdict.Missing, 520L, "says it has 530 entries")]
    [InlineData("UPDATE audit.tiles SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) WHERE index = 1", LogVerdict.Invalid, 257L, "Entry 257:")]
    [InlineData("UPDATE audit.tiles SET root = sha256('x') WHERE index = 1", LogVerdict.Invalid, 256L, "The tile 1 at level 0")]
    [InlineData("DELETE FROM audit.tiles WHERE index = 1", LogVerdict.Invalid, 256L, "The tile 1 at level 0 is not there")]
    [InlineData("UPDATE audit.head SET root = sha256('x')", LogVerdict.Invalid, null, "The entries do not give the root that the log says")]
    [InlineData("UPDATE audit.head SET size = 529", LogVerdict.Invalid, 529L, "says it has 529 entries; there are 530")]
    [InlineData("DELETE FROM audit.head", LogVerdict.Missing, null, "There is no log")]
    [InlineData("UPDATE audit.checkpoints SET note = replace(note, '530', '531') WHERE size = 530", LogVerdict.Invalid, null, "is not one that the log's key signed")]
    [InlineData("UPDATE audit.entries AS e SET entry = o.entry, leaf_hash = o.leaf_hash FROM audit.entries AS o WHERE (e.index = 525 AND o.index = 526) OR (e.index = 526 AND o.index = 525)", LogVerdict.Invalid, 525L, "Entry 525:")]
    public async Task Every_tampering_is_found_and_the_entry_named(string sql, LogVerdict verdict, long? index, string message)
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(530);
        await log.CheckpointSigner().Sign(default);
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);

        await log.Tamper(sql);

        var report = await log.Verify();
        Assert.Equal(verdict, report.Verdict);
        var finding = report.Findings[0];
        Assert.Equal(index, finding.Index);
        Assert.Contains(message, finding.Message);
    }

    [Fact]
    public async Task A_database_cut_back_without_a_trace_contradicts_the_checkpoints_outside_it_and_nothing_more_is_signed()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(500);
        await log.CheckpointSigner().Sign(default);
        var (size, root) = (await log.Scalar<long>("SELECT size FROM audit.head"), Convert.ToHexString(await log.Scalar<byte[]>("SELECT root FROM audit.head")));
        await log.AppendMessages(20, from: 500);
        await log.CheckpointSigner().Sign(default);

        await log.Tamper($"""
            DELETE FROM audit.entries WHERE index >= {size}; DELETE FROM audit.search WHERE index >= {size};
            DELETE FROM audit.messages WHERE index >= {size}; DELETE FROM audit.tiles WHERE level = 0 AND index > 0; DELETE FROM audit.checkpoints WHERE size > {size};
            UPDATE audit.indexed SET size = {size}; UPDATE audit.head SET size = {size}, root = '\x{root}'; UPDATE audit.promised SET size = {size}, root = '\x{root}'
            """);

        var report = await log.Verify();
        Assert.Equal(LogVerdict.Missing, report.Verdict);
        Assert.Contains("kept outside the database was signed over 520 entries; from entry 500 on", report.Findings[0].Message);
        await Assert.ThrowsAsync<InvalidDataException>(() => log.CheckpointSigner().Sign(default));

        // As many other entries in their place: a fork.
        await log.AppendMessages(30, tenant: "globex");
        report = await log.Verify();
        Assert.Equal(LogVerdict.Invalid, report.Verdict);
        Assert.Contains("one of the entries 500 to 519 was changed", report.Findings[0].Message);
        await Assert.ThrowsAsync<InvalidDataException>(() => log.CheckpointSigner().Sign(default));
    }

    [Fact]
    public async Task A_destroyed_key_takes_the_body_and_leaves_the_proof()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(20);
        foreach (var file in Directory.GetFiles(log.Options.KeyFolder))
        {
            File.Delete(file);
        }

        var report = await log.Verify();
        Assert.Equal((LogVerdict.Valid, 0L, 20L), (report.Verdict, report.BodiesOpened, report.BodiesWithoutKey));
    }

    [Fact]
    public async Task Who_acts_again_after_their_erasure_and_a_restart_leaves_the_log_valid()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(3);
        log.Keys.Destroy(log.Keys.ForSubject("acme", "sovereignty", "platform-service").Id);
        var sealer = new EntrySealer(new KeyStore(log.Options.KeyFolder, log.Master, TimeProvider.System), log.Tokens);
        log.Store().Append([sealer.Prepare(TestLog.Message(3))], default);
        await log.Index();

        var report = await log.Verify();
        Assert.Equal((LogVerdict.Valid, 1L, 3L), (report.Verdict, report.BodiesOpened, report.BodiesWithoutKey));
    }

    [Fact]
    public async Task A_damaged_key_file_is_a_finding_that_names_the_entry()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(3, tenant: "acme");
        var others = Directory.GetFiles(log.Options.KeyFolder);
        await log.AppendMessages(2, tenant: "globex");
        await File.WriteAllBytesAsync(Directory.GetFiles(log.Options.KeyFolder).Except(others).Single(), [1, 2, 3]);

        var report = await log.Verify();

        Assert.Equal((LogVerdict.Invalid, 2L, 3L), (report.Verdict, report.FindingCount, report.BodiesOpened));
        Assert.Equal(3, report.Findings[0].Index);
        Assert.Contains("Entry 3: its body cannot be opened. The key file", report.Findings[0].Message);
    }

    [Fact]
    public async Task Checkpoints_continue_one_another_and_are_signed_once_per_size()
    {
        await using var log = await TestLog.Create(server);
        Assert.NotNull(await log.CheckpointSigner().Sign(default));
        Assert.Null(await log.CheckpointSigner().Sign(default));
        await log.AppendMessages(300);
        Assert.NotNull(await log.CheckpointSigner().Sign(default));
        await log.Tamper("UPDATE audit.promised SET root = sha256('another tree')");
        await log.AppendMessages(1, from: 300);
        await Assert.ThrowsAsync<InvalidDataException>(() => log.CheckpointSigner().Sign(default));
        Assert.Equal(2, await log.Count("checkpoints"));
    }

    [Fact]
    public async Task A_checkpoint_promised_before_a_crash_is_signed_after_it()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(5);
        await TestLog.Execute(log.Superuser, "INSERT INTO audit.promised SELECT * FROM audit.head");
        Assert.NotNull(await log.CheckpointSigner().Sign(default));
        Assert.Equal(1, await log.Count("checkpoints"));
    }
}
