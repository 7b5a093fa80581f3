using Sovereignty.Cli.Audit;
using Sovereignty.TransparencyLog.Tests;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.Cli.Tests.Audit;

public sealed class LogMirrorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mirror");

    [Fact]
    public async Task A_copy_verifies_and_only_what_is_new_is_fetched_when_the_log_grew()
    {
        Assert.Equal(new(300, 5, 0, false), await Copy(MemoryLog.Of(300)));
        Assert.Equal((LogVerdict.Valid, 300L), await Verify());

        var grown = MemoryLog.Of(600);
        var outcome = await Copy(grown);
        Assert.Equal((600, 2), (outcome.Size, outcome.Kept));
        Assert.DoesNotContain("tile/entries/000", grown.Reads);
        Assert.Equal((LogVerdict.Valid, 600L), await Verify());
        Assert.False(Directory.Exists(Path.Combine(_folder.FullName, "tile/entries/001.p")));

        // The newest incomplete ones alone remain.
        Assert.Equal(["1", "2", "88", "88"], Directory.EnumerateFiles(_folder.FullName, "*", SearchOption.AllDirectories)
            .Where(file => file.Contains(".p/", StringComparison.Ordinal)).Select(file => Path.GetFileName(file)!).Append("1").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_copy_that_broke_off_goes_on()
    {
        await Copy(MemoryLog.Of(600));
        File.Delete(Path.Combine(_folder.FullName, "checkpoint"));
        File.Delete(Path.Combine(_folder.FullName, "tile/entries/001"));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, ".unfinished-1"), "half");
        Assert.Equal(1, (await Copy(MemoryLog.Of(600))).Fetched);
        Assert.Equal((LogVerdict.Valid, 600L), await Verify());
        Assert.Empty(Directory.EnumerateFiles(_folder.FullName, ".unfinished-*"));
    }

    [Fact]
    public async Task A_log_that_does_not_continue_the_copy_is_refused_and_the_copy_stays()
    {
        await Copy(MemoryLog.Of(300));
        var entries = Enumerable.Range(0, 400).Select(i => LogFolder.Entry(i, i == 10 ? "x" : "")).ToList();
        await Assert.ThrowsAsync<RefusedException>(() => Copy(new MemoryLog(LogFolder.Write(entries, 0, 1))));
        await Assert.ThrowsAsync<RefusedException>(() => Copy(MemoryLog.Of(299)));
        Assert.Equal((LogVerdict.Valid, 300L), await Verify());
    }

    [Fact]
    public async Task Whom_its_owner_trusts_is_not_changed_by_the_log()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "policy"), LogFolder.Policy + "# mine\n");
        Assert.True((await Copy(MemoryLog.Of(3))).OtherPolicy);
        Assert.EndsWith("# mine\n", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "policy")), StringComparison.Ordinal);
        Assert.Equal(LogFolder.Policy, await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "policy.offered")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<MirrorOutcome> Copy(MemoryLog log) => new LogMirror(log, _folder.FullName).Update(null, default);

    private async Task<(LogVerdict, long)> Verify()
    {
        var (report, _) = await new OutsideAudit(new DirectoryLogFiles(_folder.FullName), LogFolder.ReadPolicy()).Verify([]);
        return (report.Verdict, report.Entries);
    }
}
