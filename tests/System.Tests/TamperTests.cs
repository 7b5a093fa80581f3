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
        await Superuser(audit, "CREATE TABLE public.kept AS SELECT entry FROM audit.entries WHERE index = 17");
        await Superuser(audit, "UPDATE audit.entries SET entry = set_byte(entry, 20, get_byte(entry, 20) # 1) WHERE index = 17");
        try
        {
            var (code, output) = await platform.Verify();
            Assert.Equal(1, code);
            Assert.Contains("17", output);
            Assert.Contains("invalid", output);
        }
        finally
        {
            await Superuser(audit, "UPDATE audit.entries SET entry = (SELECT entry FROM public.kept) WHERE index = 17; DROP TABLE public.kept");
        }

        await AssertValid();
    }

    private async Task AssertValid()
    {
        var (code, output) = await platform.Verify();
        Assert.True(code == 0, output);
    }

    private static async Task Superuser(NpgsqlDataSource audit, string sql)
    {
        await using var command = audit.CreateCommand(
            $"SET session_replication_role = replica; ALTER TABLE audit.entries DISABLE TRIGGER ALL; {sql}; ALTER TABLE audit.entries ENABLE ALWAYS TRIGGER ALL; SET session_replication_role = origin");
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> Size(NpgsqlDataSource audit)
    {
        await using var command = audit.CreateCommand("SELECT size FROM audit.head");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
