using Npgsql;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class WriteOnceTests(WriteOnceTests.FilledLog filled) : IClassFixture<WriteOnceTests.FilledLog>
{
    [Theory]
    [InlineData("UPDATE audit.entries SET entry = 'x'")]
    [InlineData("UPDATE audit.entries_000000 SET entry = 'x'")]
    [InlineData("DELETE FROM audit.entries")]
    [InlineData("UPDATE audit.entries SET sealed = NULL")]
    [InlineData("DELETE FROM audit.messages")]
    [InlineData("UPDATE audit.search SET tenant = 'x'")]
    [InlineData("UPDATE audit.tiles SET root = sha256('x')")]
    [InlineData("DELETE FROM audit.checkpoints")]
    [InlineData("DELETE FROM audit.head")]
    [InlineData("UPDATE audit.head SET size = size - 1")]
    [InlineData("UPDATE audit.head SET root = sha256('x')")]
    [InlineData("UPDATE audit.promised SET size = size - 1")]
    [InlineData("UPDATE audit.promised SET size = 4611686018427387904")]
    [InlineData("INSERT INTO audit.checkpoints VALUES (4611686018427387904, 'x')")]
    [InlineData("UPDATE audit.indexed SET size = size - 1")]
    [InlineData("UPDATE audit.indexed SET size = size + 1")]
    [InlineData("DELETE FROM audit.indexed")]
    [InlineData("UPDATE audit.numbered SET size = size - 1")]
    [InlineData("UPDATE audit.numbered SET size = 4611686018427387904")]
    [InlineData("DELETE FROM audit.numbered")]
    [InlineData("DELETE FROM audit.source_numbers")]
    [InlineData("TRUNCATE audit.entries")]
    [InlineData("TRUNCATE audit.entries_000000")]
    [InlineData("DROP TABLE audit.tiles")]
    [InlineData("ALTER TABLE audit.entries DISABLE TRIGGER ALL")]
    [InlineData("SET session_replication_role = replica")]
    [InlineData("SET ROLE audit_owner")]
    [InlineData("SELECT audit.guard('audit.head'::regclass, false)")]
    public async Task The_writer_may_only_append(string sql)
    {
        var log = filled.Log;
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => TestLog.Execute(log.Append, sql))).SqlState);
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    [Theory]
    [InlineData("INSERT INTO audit.tiles VALUES (9, 9, '', '')")]
    [InlineData("UPDATE audit.head SET size = 99")]
    [InlineData("SELECT * FROM audit.search")]
    [InlineData("SELECT audit.ensure_partitions(1)")]
    public async Task The_reader_may_only_read(string sql)
    {
        var log = filled.Log;
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => TestLog.Execute(log.Read, sql))).SqlState);
    }

    [Theory]
    [InlineData("UPDATE audit.entries SET entry = 'x'")]
    [InlineData("SET session_replication_role = replica; UPDATE audit.entries_000000 SET entry = 'x'")]
    [InlineData("SET session_replication_role = replica; DELETE FROM audit.messages")]
    [InlineData("TRUNCATE audit.entries_000000")]
    [InlineData("TRUNCATE audit.search, audit.entries, audit.conflicts")]
    [InlineData("SET session_replication_role = replica; TRUNCATE audit.entries_000000")]
    [InlineData("DROP TABLE audit.entries_000000")]
    [InlineData("DROP SCHEMA audit CASCADE")]
    [InlineData("DROP TRIGGER write_once ON audit.entries")]
    [InlineData("CREATE TRIGGER swallow BEFORE INSERT ON audit.entries_000000 FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()")]
    [InlineData("DROP FUNCTION audit.refuse_change CASCADE")]
    [InlineData("CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")]
    [InlineData("ALTER TABLE audit.entries DETACH PARTITION audit.entries_000000")]
    [InlineData("ALTER TABLE audit.entries DETACH PARTITION audit.entries_000001")]
    [InlineData("CREATE OR REPLACE VIEW audit.searchable AS SELECT * FROM audit.search WHERE false")]
    [InlineData("ALTER TABLE audit.entries DISABLE TRIGGER ALL")]
    [InlineData("ALTER TABLE audit.entries_000000 DISABLE TRIGGER write_once")]
    [InlineData("ALTER TABLE audit.tiles SET SCHEMA public")]
    [InlineData("ALTER SCHEMA audit RENAME TO gone")]
    [InlineData("SET session_replication_role = replica; DROP TABLE audit.tiles")]
    public async Task Even_a_superuser_must_first_switch_the_guards_off(string sql)
    {
        var log = filled.Log;
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => TestLog.Execute(log.Superuser, sql))).SqlState);
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    /// <summary>One log for all attacks that are refused.</summary>
    public sealed class FilledLog(PostgresServer server) : IAsyncLifetime
    {
        internal TestLog Log { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Log = await TestLog.Create(server);
            await Log.AppendMessages(10);
            await Log.CheckpointSigner().Sign(default);
        }

        public async Task DisposeAsync() => await Log.DisposeAsync();
    }
}
