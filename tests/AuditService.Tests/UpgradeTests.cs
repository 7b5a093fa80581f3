using Sovereignty.AuditService.Appending;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

/// <summary>A log in the form of the first release comes into today's form whole.</summary>
[Collection(OnPostgres.Name)]
public sealed class UpgradeTests(PostgresServer server)
{
    [Fact]
    public async Task A_log_of_the_first_release_is_valid_after_the_migrations_and_goes_on()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(600);
        log.Store().Append([log.Sealer.Prepare(TestLog.Message(700, id: "acme-5")), log.Sealer.Prepare(TestLog.Message(701, id: "acme-5"))], default);
        await log.CheckpointSigner().Sign(default);
        var before = await log.Verify();
        Assert.Equal((LogVerdict.Valid, 604L), (before.Verdict, before.Entries));

        await BackToFirstRelease(log);
        Assert.Equal(0, await TestLog.Migrate(server, log.DatabaseName));
        log.CloseIdleConnections();
        await log.Index();

        var after = await log.Verify();
        Assert.Empty(after.Findings);
        Assert.Equal((before.Entries, before.Root, before.BodiesOpened, before.Checkpoints), (after.Entries, after.Root, after.BodiesOpened, after.Checkpoints));
        Assert.Equal((602L, 2L), (await log.Count("messages"), await log.Count("conflicts")));
        var again = log.Store().Append([log.Sealer.Prepare(TestLog.Message(9)), log.Sealer.Prepare(TestLog.Message(701, id: "acme-5")), log.Sealer.Prepare(TestLog.Message(602))], default);
        Assert.Equal([new(AppendResult.Duplicate, 9), new(AppendResult.Duplicate, 602), new(AppendResult.Stored, 604)], again);
        await log.Index();
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    private static async Task BackToFirstRelease(TestLog log)
    {
        var entries = new List<(byte[] Bytes, string Id, byte[] Sealed, byte[] Tag)>();
        await using (var command = log.Superuser.CreateCommand("SELECT entry, sealed FROM audit.entries ORDER BY index"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                var (bytes, blob) = (reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(1));
                var entry = LogEntry.Read(bytes)!;
                using var cipher = SealedBody.Cipher(log.Keys.Find(entry.KeyId)!);
                entries.Add((bytes, entry.Id, blob, log.Tokens.Body(SealedBody.Open(cipher, blob, entry.Commitment))));
            }
        }

        await log.Tamper(
            """
            CREATE SCHEMA kept;
            CREATE TABLE kept.head AS TABLE audit.head; CREATE TABLE kept.tiles AS TABLE audit.tiles;
            CREATE TABLE kept.promised AS TABLE audit.promised; CREATE TABLE kept.checkpoints AS TABLE audit.checkpoints;
            DROP EVENT TRIGGER audit_never_altered; DROP EVENT TRIGGER audit_never_dropped;
            DROP SCHEMA audit CASCADE; DROP SCHEMA audit_guard CASCADE;
            DELETE FROM migrations.applied WHERE scriptname LIKE '%AuditService.Migrations%' AND scriptname !~ '00[12]-'
            """);
        var owner = await log.Scalar<string>("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'migrations'");
        await TestLog.Execute(log.Superuser, $"SET ROLE {owner}; {Script("001")}; RESET ROLE; {Script("002")}");
        await using (var insert = log.Superuser.CreateCommand(
            """
            WITH old AS (SELECT place - 1 AS index, entry, id, sealed, tag FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS old (entry, id, sealed, tag, place)),
            entries AS (INSERT INTO audit.entries SELECT index, entry, sha256('\x00'::bytea || entry) FROM old),
            bodies AS (INSERT INTO audit.bodies SELECT index, sealed FROM old)
            INSERT INTO audit.messages SELECT id, tag, index FROM old
            """))
        {
            insert.Parameters.Add(new() { Value = entries.Select(entry => entry.Bytes).ToArray() });
            insert.Parameters.Add(new() { Value = entries.Select(entry => entry.Id).ToArray() });
            insert.Parameters.Add(new() { Value = entries.Select(entry => entry.Sealed).ToArray() });
            insert.Parameters.Add(new() { Value = entries.Select(entry => entry.Tag).ToArray() });
            await insert.ExecuteNonQueryAsync();
        }

        await TestLog.Execute(
            log.Superuser,
            """
            UPDATE audit.head SET size = kept.size, root = kept.root FROM kept.head AS kept;
            INSERT INTO audit.promised TABLE kept.promised;
            INSERT INTO audit.tiles TABLE kept.tiles; INSERT INTO audit.checkpoints TABLE kept.checkpoints;
            DROP SCHEMA kept CASCADE
            """);
    }

    private static string Script(string number)
    {
        var assembly = typeof(AuditOptions).Assembly;
        using var stream = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.Contains($".Migrations.{number}-", StringComparison.Ordinal)))!;
        return new StreamReader(stream).ReadToEnd();
    }
}
