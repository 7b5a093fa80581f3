using Npgsql;
using Sovereignty.Contracts.Data;
using Sovereignty.Testing;
using Xunit.Abstractions;

namespace Sovereignty.SystemTests;

[Collection(nameof(PlatformFixture))]
public sealed class CrashTests(PlatformFixture platform, ITestOutputHelper output)
{
    private const int Messages = 3000;

    /// <summary>The relay runs inside policy-service: killing the one kills the other.</summary>
    [Theory]
    [InlineData("policy-service")]
    [InlineData("audit-service")]
    [InlineData("rabbit")]
    [InlineData("postgres")]
    public async Task SIGKILL_under_load_loses_nothing_and_doubles_nothing(string part)
    {
        await platform.Healthy();
        var run = $"kill-{part}-{Guid.NewGuid().ToString("N")[..8]}";
        await using var ledger = new Ledger(platform);
        await ledger.Listen();
        var data = Enumerable.Range(0, Messages).Select(i => Wire.Data($"{run}-{i}", primary: i % 3 == 0 ? "us-east-1" : "eu-west-1")).ToList();

        var publishing = Task.Run(() => ledger.Publish(data));
        await Eventually.True(() => ledger.Answered > Messages / 10, "the load runs", TimeSpan.FromSeconds(60));
        await platform.Kill(part);
        await publishing;

        await Eventually.True(() => ledger.Answered == Messages, "every DataCreated is answered", TimeSpan.FromSeconds(120));
        await platform.Healthy();

        // An answer that came twice has one message id; two ids would be two decisions.
        Assert.DoesNotContain(data, item => ledger.AnswersFor(item.DataId).Count != 1);
        Assert.DoesNotContain(data, item => (ledger.AnswersFor(item.DataId).Single().Code == ReasonCodes.Compliant) != (item.PrimaryRegion == "eu-west-1"));

        await using var policy = platform.Database("policy");
        Assert.Equal(Messages, await Count(policy, $"SELECT count(*) FROM policy.placement WHERE data_id LIKE '{run}-%'"));
        await Eventually.True(async () => await Count(policy, "SELECT count(*) FROM messaging.outbox") == 0, "the outbox is empty", TimeSpan.FromSeconds(60));

        string[] messageIds = [.. ledger.Sent.Values.Select(id => id.ToString()), .. ledger.AnswerIds];
        await Eventually.True(async () => await Logged(messageIds) == 2 * Messages, "the log has each DataCreated and each decision once", TimeSpan.FromSeconds(60));
        var (code, verdict) = await platform.Verify();
        Assert.True(code == 0, verdict);
        output.WriteLine($"{part}: {Messages} sent, {ledger.Answered} answered, {verdict.TrimEnd()}");
    }

    private async Task<long> Logged(string[] messageIds)
    {
        await using var audit = platform.Database("audit");
        await using var command = audit.CreateCommand("SELECT count(*) FROM unnest($1) AS id JOIN audit.messages ON message_key = audit.message_key(id)");
        command.Parameters.Add(new() { Value = messageIds });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<long> Count(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync());
    }
}
