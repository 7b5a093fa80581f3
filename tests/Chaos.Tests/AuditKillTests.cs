using Sovereignty.Testing;
using Xunit.Abstractions;

namespace Sovereignty.ChaosTests;

/// <summary>
/// AuditService under load, ended by SIGKILL at moments left to chance while it starts and while it appends. Once here;
/// <c>./sov soak audit</c> does it again and again.
/// </summary>
[Collection(nameof(ChaosParts))]
public sealed class AuditKillTests(ChaosParts parts, ITestOutputHelper output)
{
    private const int MostAhead = 4_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StillFor = TimeSpan.FromSeconds(20);
    private readonly Report _report = new(output);

    [Fact]
    public async Task However_often_the_log_s_service_is_killed_each_event_is_an_entry_once_and_the_log_verifies()
    {
        var kills = Setting("AUDIT_KILLS", 1);
        var seed = Setting("AUDIT_SEED", 7);
        _report.Line($"seed {seed}, {kills} kills of audit-service under load");
        var (ofLoad, ofKills) = (new Random(seed), new Random(seed + 1));
        await using var log = await AuditedLog.Create(parts);
        await using var load = await EventLoad.Start(parts, ofLoad);
        var service = log.Serve();
        try
        {
            await KillAgainAndAgain(service, log, load, kills, ofKills);
            await Drain(log, load);
        }
        finally
        {
            await service.Stop();
        }

        var entries = await log.Entries();
        var (code, verdict) = await log.Verify();
        _report.Line($"{load.Count:N0} events published, {load.Duplicates:N0} of them again, {entries.Count:N0} entries; {verdict.TrimEnd()}");

        Assert.Equal(["killed"], service.Deaths.Keys);
        Assert.Equal(load.Ids.Select((id, i) => new LoggedEvent(id, EventLoad.Type, i + 1)), entries.OrderBy(entry => entry.Number));
        Assert.True(code == 0, verdict);
    }

    private async Task KillAgainAndAgain(ServiceProcess service, AuditedLog log, EventLoad load, int kills, Random random)
    {
        using var end = new CancellationTokenSource();
        var loading = Task.Run(() => load.Keep(log.Size, MostAhead, end.Token));
        try
        {
            for (var kill = 1; kill <= kills; kill++)
            {
                var moment = await Kill(service, log, random);
                await Eventually.True(() => service.Deaths.GetValueOrDefault("killed") == kill, "it is dead", Limit);
                _report.Line($"kill {kill} of {kills}, {moment}: {await log.Size():N0} entries, {load.Count:N0} events published");
            }
        }
        finally
        {
            await end.CancelAsync();
            await loading;
        }
    }

    // One life in four ends while the service starts.
    private static async Task<string> Kill(ServiceProcess service, AuditedLog log, Random random)
    {
        var (starting, afterwards) = (random.Next(4) == 0, TimeSpan.FromMilliseconds(random.Next(1_500)));
        if (!starting)
        {
            var size = await log.Size();
            await Eventually.True(async () => await log.Size() > size, "the log grows again", Limit);
        }

        await Task.Delay(afterwards);
        service.Kill();
        return $"{afterwards.TotalMilliseconds:N0} ms after {(starting ? "its start" : "the log grew")}";
    }

    // What is lost never comes: the comparison says what it was.
    private static async Task Drain(AuditedLog log, EventLoad load)
    {
        var time = TimeProvider.System;
        var (size, since) = (await log.Size(), time.GetTimestamp());
        while (size < load.Count && time.GetElapsedTime(since) < StillFor)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            if (await log.Size() is var now && now > size)
            {
                (size, since) = (now, time.GetTimestamp());
            }
        }
    }

    private static int Setting(string name, int standard) => int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : standard;
}
