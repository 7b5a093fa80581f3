using Sovereignty.Testing;
using Xunit.Abstractions;

namespace Sovereignty.ChaosTests;

[Collection(nameof(ChaosParts))]
public sealed class ChaosTests(ChaosParts parts, ITestOutputHelper output)
{
    private const int DepositsPerSecond = 60;

    // What may wait at a time, so that the end is reached soon after the load.
    private const int MostAhead = 1000;

    private static readonly string[] FaultsOfParts = ["kill service", "kill service", "kill service", "stop rabbit", "kill rabbit", "stop postgres", "kill postgres"];

    // For a death that has not come by its turn yet: only the instance that relays dies after a publish.
    private static readonly TimeSpan Extension = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(120);
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly Report _report = new(output);
    private readonly Dictionary<string, int> _faults = [];

    [Fact]
    public async Task Chaos_loses_nothing_does_nothing_twice_and_keeps_the_order_of_each_saga()
    {
        var seed = Setting("CHAOS_SEED", 4);
        var duration = TimeSpan.FromSeconds(Setting("CHAOS_SECONDS", 30));
        _report.Line($"seed {seed}, {duration.TotalSeconds:0} s");
        var (ofLoad, ofFaults, ofFates) = (new Random(seed), new Random(seed + 1), new Random(seed + 2));
        var lives = 0;
        await using var run = await ChaosRun.Start(parts, "chaos", ofLoad, fate: () => Fate(ofFates, Interlocked.Increment(ref lives)));

        using var end = new CancellationTokenSource();
        var loading = Task.Run(() => KeepLoading(run, end.Token));
        try
        {
            await BreakThings(run, ofFaults, duration);
        }
        finally
        {
            await end.CancelAsync();
            await loading;
        }

        await run.Drain(stillFor: TimeSpan.FromSeconds(8), limit: TimeSpan.FromSeconds(120));
        var ledger = await run.Reckon();
        var findings = ledger.Compare();

        _report.Line($"{ledger.Sent.Count} deposits in {ledger.Accounts.Count} accounts, {run.Load.Duplicates} published again, {run.Load.Repetitions} batches repeated after an outage");
        _report.Line($"{ledger.Events.Count} events on the wire, {ledger.Events.DistinctBy(item => item.MessageId).Count()} different ones");
        _report.Line($"faults of parts: {Counts(_faults)}; deaths of services: {Counts(run.Deaths)}");
        _report.Line(findings is [] ? "nothing lost, nothing twice, order kept, nothing left over" : $"{findings.Count} findings: {Counts(findings.CountBy(finding => finding.Damage.ToString()).ToDictionary())}");
        foreach (var finding in findings.Take(30))
        {
            _report.Line($"  {finding.Damage}: {finding.What}");
        }

        var unexpected = run.Deaths.Keys.Except(ServiceProcess.CausesOfDeath).ToList();
        if (run.NotUp > 0)
        {
            _report.Line($"{run.NotUp} instances never stood again after their last start");
        }

        if (findings is not [] || unexpected is not [] || run.NotUp > 0)
        {
            run.Services.SelectMany(service => service.LastWords).ToList().ForEach(_report.Line);
        }

        Assert.Empty(findings);
        Assert.Empty(unexpected);
        Assert.Equal(0, run.NotUp);
        Assert.Superset(FaultsOfParts.ToHashSet(), _faults.Keys.ToHashSet());
        Assert.Superset(ServiceProcess.CausesOfDeath, run.Deaths.Keys.ToHashSet());
    }

    /// <summary>One fault after the other, each when the load flows again after the one before; every kind before any comes again.</summary>
    private async Task BreakThings(ChaosRun run, Random random, TimeSpan duration)
    {
        var begin = _time.GetTimestamp();
        await Flows(run, 100);
        while (_time.GetElapsedTime(begin) < duration || (!DiedOfEverything(run) && _time.GetElapsedTime(begin) < duration + Extension))
        {
            foreach (var fault in Shuffled(random))
            {
                _report.Line($"{_time.GetElapsedTime(begin).TotalSeconds,4:0} s: {fault}");
                await Break(run, fault, random);
                _faults[fault] = _faults.GetValueOrDefault(fault) + 1;
                await Flows(run, random.Next(20, 200));
            }
        }
    }

    private static bool DiedOfEverything(ChaosRun run) => ServiceProcess.CausesOfDeath.IsSubsetOf(run.Deaths.Keys);

    private async Task Break(ChaosRun run, string fault, Random random)
    {
        switch (fault.Split(' '))
        {
            case ["kill", "service"]:
                run.Services[random.Next(run.Services.Count)].Kill();
                break;
            case ["kill", var part]:
                await parts.TakeAway(part, "KILL");
                break;
            case ["stop", var part]:
                await parts.TakeAway(part, part == "postgres" ? "INT" : "TERM");
                break;
        }
    }

    private static async Task Flows(ChaosRun run, int deposits)
    {
        long? goal = null;
        await Eventually.True(
            async () =>
            {
                var settled = await run.Settled();
                goal ??= settled + deposits;
                return settled >= goal;
            },
            $"{deposits} more deposits go all the way",
            RecoveryLimit);
    }

    private static async Task KeepLoading(ChaosRun run, CancellationToken end)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        long settled = 0;
        while (!end.IsCancellationRequested)
        {
            await tick.WaitForNextTickAsync(CancellationToken.None);
            settled = await run.Settled() ?? settled;
            if (run.Load.Count - settled < MostAhead)
            {
                await run.Load.Publish(DepositsPerSecond / 10);
            }
        }
    }

    private static string[] Shuffled(Random random)
    {
        string[] faults = [.. FaultsOfParts];
        random.Shuffle(faults);
        return faults;
    }

    /// <summary>The deaths from within come by turns, at places that an instance reaches between two outages.</summary>
    private static string[] Fate(Random random, int life)
    {
        lock (random)
        {
            return (life % 3) switch
            {
                1 => ["--die-after-commit", $"{random.Next(30, 150)}"],
                2 => ["--die-after-publish", $"{random.Next(2, 20)}"],
                _ => [],
            };
        }
    }

    private static string Counts(IReadOnlyDictionary<string, int> counts) => string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Value} {count.Key}"));

    private static int Setting(string name, int standard) => int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : standard;
}
