using Xunit.Abstractions;

namespace Sovereignty.ChaosTests;

/// <summary>The same service, load and ledger with one guard left out: the damage must show, or the chaos test proves nothing.</summary>
[Collection(nameof(ChaosParts))]
public sealed class NegativeControlTests(ChaosParts parts, ITestOutputHelper output)
{
    private const int Seed = 4;
    private static readonly TimeSpan StillFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);
    private readonly Report _report = new(output);

    [Fact]
    public async Task With_every_guard_in_place_the_same_load_does_no_damage()
    {
        await using var run = await Start("control_none", null);
        await run.Load.Publish(200);
        Assert.Empty(await Findings(run));
    }

    [Fact]
    public async Task Without_the_inbox_what_comes_twice_is_done_twice()
    {
        await using var run = await Start("control_inbox", "inbox");
        await run.Load.Publish(200);
        Assert.Contains(await Findings(run), finding => finding.Damage is Damage.Twice);
    }

    [Fact]
    public async Task Without_the_transaction_a_death_after_the_commit_loses_what_was_to_be_published()
    {
        await using var run = await Start("control_transaction", "transaction");
        await run.Load.Publish(200);
        Assert.Contains(await Findings(run), finding => finding.Damage is Damage.Lost);
    }

    [Fact]
    public async Task Without_the_row_lock_deposits_that_meet_overwrite_each_other()
    {
        await using var run = await Start("control_lock", "lock");
        await run.Load.Publish(200);
        Assert.Contains(await Findings(run), finding => finding is { Damage: Damage.Lost, What: var what } && what.Contains("by the saga"));
    }

    /// <summary>Few accounts, many duplicates, and each instance dies once between commit and acknowledgement.</summary>
    private Task<ChaosRun> Start(string name, string? without)
    {
        var random = new Random(Seed);
        var lives = 0;
        return ChaosRun.Start(
            parts,
            name,
            random,
            new Load(parts, random) { ActiveAccounts = 2, DepositsPerAccount = 100, DuplicateShare = 0.2 },
            without,
            instances: 2,
            fate: () => Interlocked.Increment(ref lives) <= 2 ? ["--die-after-commit", "30"] : []);
    }

    private async Task<IReadOnlyList<Finding>> Findings(ChaosRun run)
    {
        await run.Drain(StillFor, Limit);
        var findings = (await run.Reckon()).Compare();
        _report.Line($"seed {Seed}: {string.Join(", ", findings.CountBy(finding => finding.Damage).Select(count => $"{count.Value} {count.Key}"))}");
        findings.Take(5).ToList().ForEach(finding => _report.Line($"  {finding.Damage}: {finding.What}"));
        return findings;
    }
}
