using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Sovereignty.Testing;
using Xunit.Abstractions;

namespace Sovereignty.SystemTests;

[Collection(nameof(PlatformFixture))]
public sealed class AccessCrashTests(PlatformFixture platform, ITestOutputHelper output)
{
    private const int Requests = 120;
    private const int Kills = 4;

    /// <summary>Its saga, its relay and its sweeper die with it, at whatever point each of many requests happens to be.</summary>
    [Fact]
    public async Task SIGKILL_of_AccessService_under_load_ends_each_request_once_with_one_event_per_transition()
    {
        await platform.Healthy();
        var data = $"kill-{Guid.NewGuid().ToString("N")[..8]}";
        (await (await platform.Client("platform-service")).PostAsJsonAsync("/data/classify", new { dataId = data, dataType = "customer-profile", classification = "identity" })).EnsureSuccessStatusCode();
        await using var events = new EventRecorder(platform);
        await events.Listen();

        var lives = Enumerable.Range(0, Requests).Select(i => new AccessLife(platform, data, i)).ToList();
        var driving = Task.WhenAll(lives.Select(life => life.Run()));
        var random = new Random(4711);
        for (var kill = 0; kill < Kills && !driving.IsCompleted; kill++)
        {
            await Eventually.True(() => driving.IsCompleted || lives.Count(life => life.Steps > kill) > Requests / 3, "the load goes on", TimeSpan.FromSeconds(120));
            await Task.Delay(random.Next(300));
            await platform.Kill("access-service");
        }

        await driving.WaitAsync(TimeSpan.FromMinutes(3));
        await platform.Healthy();

        await using var access = platform.Database("access");
        await Eventually.True(async () => await Count(access, "SELECT count(*) FROM messaging.outbox") == 0, "the outbox is empty", TimeSpan.FromSeconds(60));
        foreach (var life in lives)
        {
            Assert.True(life.Outcome == life.Expected, $"{life.Id}: {life.Outcome}, expected {life.Expected}");
            await Eventually.True(() => events.Transitions(life.Id).Count >= life.Version, $"{life.Version} transitions of {life.Id} are told", TimeSpan.FromSeconds(60));
            Assert.Equal(Enumerable.Range(1, life.Version), events.Transitions(life.Id).Select(transition => transition.Version));
            Assert.Single(events.Transitions(life.Id), transition => EventRecorder.Ends.Contains(transition.Type));
        }

        var ids = lives.SelectMany(life => events.Transitions(life.Id)).Select(transition => transition.MessageId).ToArray();
        await Eventually.True(async () => await Logged(ids) == ids.Length, "the log has each event once", TimeSpan.FromSeconds(60));
        var (code, verdict) = await platform.Verify();
        Assert.True(code == 0, verdict);
        output.WriteLine($"{Requests} requests, {ids.Length} transitions, {Kills} kills: {string.Join(", ", lives.CountBy(life => life.Outcome).Select(pair => $"{pair.Value} {pair.Key}"))}");
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
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
