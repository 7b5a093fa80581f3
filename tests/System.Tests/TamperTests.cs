using Npgsql;
using Sovereignty.Testing;

namespace Sovereignty.SystemTests;

[Collection(nameof(PlatformFixture))]
public sealed class TamperTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_row_edited_by_a_superuser_is_found_and_named()
    {
        await using var audit = platform.Database("audit");
        await Eventually.True(async () => await Size(audit) > 30, "the log has entries");
        await AssertValid();

        // A superuser wins against every guard in the database; the tree is what shows it.
        await Superuser("CREATE TABLE public.kept AS SELECT entry FROM audit.entries WHERE index = 17");
        await Superuser("UPDATE audit.entries SET entry = set_byte(entry, 20, get_byte(entry, 20) # 1) WHERE index = 17");
        try
        {
            var (code, output) = await platform.Verify();
            Assert.Equal(1, code);
            Assert.Contains("17", output);
            Assert.Contains("invalid", output);
        }
        finally
        {
            await Superuser("UPDATE audit.entries SET entry = (SELECT entry FROM public.kept) WHERE index = 17; DROP TABLE public.kept");
        }

        await AssertValid();
    }

    private async Task AssertValid()
    {
        var (code, output) = await platform.Verify();
        Assert.True(code == 0, output);
    }

    private async Task Superuser(string sql)
    {
        await Execute("UPDATE pg_trigger SET tgenabled = 'D' WHERE tgfoid = 'audit.refuse_change'::regproc");
        await Execute(sql);
        await Execute("UPDATE pg_trigger SET tgenabled = 'A' WHERE tgfoid = 'audit.refuse_change'::regproc");
    }

    // A session of its own each time, which sees the triggers as they are now.
    private async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(platform.AdminDatabase) { Database = "audit", Pooling = false });
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> Size(NpgsqlDataSource audit)
    {
        await using var command = audit.CreateCommand("SELECT size FROM audit.head");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
