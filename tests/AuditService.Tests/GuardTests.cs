using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class GuardTests(PostgresServer server)
{
    [Fact]
    public async Task Without_its_guards_the_same_attack_would_succeed()
    {
        await using var log = await Filled();
        await log.Tamper("UPDATE audit.entries SET entry = 'x' WHERE index = 3; TRUNCATE audit.messages");
        Assert.Equal(0, await log.Count("messages"));
        Assert.Equal(LogVerdict.Invalid, (await log.Verify()).Verdict);
    }

    [Fact]
    public async Task Partitions_are_made_ahead_and_guarded()
    {
        await using var log = await Filled();
        await TestLog.Execute(log.Append, "SELECT audit.ensure_partitions(6 * 1048576)");
        Assert.Equal(6, await log.Scalar<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit.entries'::regclass"));
        Assert.Equal(
            2,
            await log.Scalar<long>("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'audit.entries_000005'::regclass AND tgenabled = 'A'"));
    }

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        await using var log = await Filled();
        Assert.Equal(0, await TestLog.Migrate(server, log.DatabaseName));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    private async Task<TestLog> Filled()
    {
        var log = await TestLog.Create(server);
        await log.AppendMessages(10);
        await log.CheckpointSigner().Sign(default);
        return log;
    }
}
