using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sovereignty.Cli.Audit;
using Sovereignty.Testing;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Tests;

namespace Sovereignty.Cli.Tests.Audit;

/// <summary>The two programs that an auditor runs, as processes, on folders alone.</summary>
public sealed class VerifyCommandsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("audit-verify");

    [Fact]
    public async Task A_good_log_is_valid_and_says_whom_it_trusted()
    {
        var log = Write("log", 300);
        await Both(0, "valid", "--log", log);
        var (here, node) = await Both(0, "valid", "--log", log, "--policy", Path.Combine(log, "policy"), "--json");
        foreach (var output in new[] { here, node })
        {
            var said = JsonDocument.Parse(output).RootElement;
            Assert.Equal("policy", said.GetProperty("trust").GetString());
            Assert.Equal(300, said.GetProperty("checkpoint").GetProperty("size").GetInt64());
            Assert.Equal(2, said.GetProperty("cosigned").GetArrayLength());
            Assert.True(said.GetProperty("quorumMet").GetBoolean());
        }
    }

    [Fact]
    public async Task Each_verdict_has_its_exit_code()
    {
        var log = Write("log", 300);
        var bundle = Path.Combine(log, "tile/entries/000");
        var bytes = await File.ReadAllBytesAsync(bundle);
        bytes[Enumerable.Range(0, 150).Sum(i => LogFolder.Entry(i).Length + sizeof(ushort)) + 20] ^= 1;
        await File.WriteAllBytesAsync(bundle, bytes);
        var (here, node) = await Both(1, "invalid", "--log", log);
        Assert.Contains("Entry 150: its bytes are not ", here, StringComparison.Ordinal);
        Assert.Contains("Entry 150: its bytes are not ", node, StringComparison.Ordinal);

        File.Delete(bundle);
        await Both(2, "gap", "--log", log);
        File.Delete(Path.Combine(log, "tile/entries/001.p/44"));
        await Both(3, "missing", "--log", log);
        File.Delete(Path.Combine(log, "checkpoint"));
        await Both(3, "missing", "--log", log);
        await Both(69, null, "--log", Path.Combine(_folder.FullName, "nowhere"));
        await Both(69, null, "--log", "http://127.0.0.1:9/audit/log");
        await Both(64, null, "--proof", Path.Combine(log, "policy"));
    }

    [Fact]
    public async Task Numbers_that_are_not_in_the_log_are_named_and_those_in_flight_are_told()
    {
        // One entry a second: number 11 was missed 389 seconds before the newest, 391 and 392 a few.
        var log = Write("log", [.. Enumerable.Range(0, 400).Where(i => i is not (10 or 390 or 391)).Select(i => LogFolder.Entry(i))]);
        var (here, node) = await Both(2, "gap", "--log", log, "--json");
        foreach (var output in new[] { here, node })
        {
            var said = JsonDocument.Parse(output).RootElement;
            Assert.Equal((1, 2), (said.GetProperty("findingCount").GetInt32(), said.GetProperty("inFlight").GetInt64()));
            var finding = Assert.Single(said.GetProperty("findings").EnumerateArray());
            Assert.Equal(("gap", 10, "policy-service number 11 is not in the log."), (finding.GetProperty("kind").GetString(), finding.GetProperty("index").GetInt32(), finding.GetProperty("message").GetString()));
        }

        (here, node) = await Both(2, "gap", "--log", log);
        Assert.Contains("2 events that services numbered are not in the log yet; they are in flight.", here, StringComparison.Ordinal);
        Assert.Contains("2 events that services numbered are not in the log yet; they are in flight.", node, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proof_is_verified_without_a_log_and_shows_its_entry()
    {
        var log = MemoryLog.Of(300);
        var proof = await ProofRun.Prove(log, 123, LogFolder.Entry(123), default);
        var (file, policy) = (Path.Combine(_folder.FullName, "entry.tlog-proof"), Path.Combine(_folder.FullName, "mine"));
        await File.WriteAllTextAsync(file, proof.ToString());
        await File.WriteAllTextAsync(policy, LogFolder.Policy);

        var (here, node) = await Both(0, "valid", "--proof", file, "--policy", policy);
        Assert.Contains($"entry 123 is in the log: {Encoding.UTF8.GetString(LogFolder.Entry(123))}", here, StringComparison.Ordinal);
        Assert.Contains($"entry 123 is in the log: {Encoding.UTF8.GetString(LogFolder.Entry(123))}", node, StringComparison.Ordinal);
        await Both(0, "valid", "--proof", file, "--log", Write("log", 400));
        await Both(3, "missing", "--proof", file, "--log", Write("older", 200));

        await File.WriteAllTextAsync(file, proof.ToString().Replace("index 123", "index 124", StringComparison.Ordinal));
        await Both(1, "invalid", "--proof", file, "--policy", policy);
        await Assert.ThrowsAsync<RefusedException>(() => ProofRun.Prove(log, 123, LogFolder.Entry(124), default));
    }

    [Theory]
    [InlineData("as issued", 0, "valid")]
    [InlineData("changed after its issue", 1, "invalid")]
    [InlineData("with a wrong count", 1, "invalid")]
    [InlineData("newer than the log", 3, "missing")]
    [InlineData("of another size than its checkpoint", 1, "invalid")]
    public async Task A_report_is_found_and_counted_again(string what, int code, string verdict)
    {
        var entries = Enumerable.Range(0, 20).Select(i => LogFolder.Entry(i)).ToList();
        var text = new Checkpoint(LogFolder.Origin, 20, Root(entries)).ToText();
        var from = DateTimeOffset.UnixEpoch.AddSeconds(1_790_000_003);
        // Of acme, whose entries are the even ones, from the fourth on: 4, 6, ... 18; every third is a DataCreated.
        var report = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
        {
            tenantId = "acme",
            from,
            to = (DateTimeOffset?)null,
            filters = new { user = (string?)null, dataId = (string?)null, region = (string?)null, action = (string?)null, type = (string?)null },
            checkpoint = new { size = what == "of another size than its checkpoint" ? 19 : 20, note = LogFolder.Sign(text).ToString() },
            totals = new { events = 8 },
            byType = new[] { new { type = "ResidencyDecided", count = what == "with a wrong count" ? 6 : 5 }, new { type = "DataCreated", count = 3 } },
        }));
        var file = Path.Combine(_folder.FullName, "report.json");
        await File.WriteAllBytesAsync(file, what == "changed after its issue" ? [.. report, (byte)'\n'] : report);
        if (what != "newer than the log")
        {
            entries.Add((LogEntry.Read(LogFolder.Entry(20))! with { Id = $"sha-256:{Convert.ToHexStringLower(SHA256.HashData(report))}", Type = "Sovereignty.Contracts.Audit:ReportIssued" }).Write()!);
        }

        var ran = await GatewayDouble.Run(_folder.FullName, "audit", "verify", "--log", Write("log", entries), "--report", file);
        Assert.True(ran.ExitCode == code && ran.Output.TrimEnd().EndsWith(verdict, StringComparison.Ordinal), ran.Output + ran.Error);
        Assert.Equal(what is not ("changed after its issue" or "newer than the log"), ran.Output.Contains("issued by entry 20", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static MerkleHash Root(IEnumerable<byte[]> entries)
    {
        var edge = new RightEdge();
        foreach (var entry in entries)
        {
            edge.Append(MerkleHash.Leaf(entry));
        }

        return edge.Root();
    }

    private string Write(string name, int size) => Write(name, [.. Enumerable.Range(0, size).Select(i => LogFolder.Entry(i))]);

    private string Write(string name, IReadOnlyList<byte[]> entries)
    {
        var folder = Path.Combine(_folder.FullName, name);
        foreach (var (path, bytes) in LogFolder.Write(entries, 0, 1))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllBytes(Path.Combine(folder, path), bytes);
        }

        return folder;
    }

    private async Task<(string Here, string Node)> Both(int code, string? verdict, params string[] arguments)
    {
        var here = await GatewayDouble.Run(_folder.FullName, ["audit", "verify", .. arguments]);
        using var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(Repository.Folder, "tools/verify-log.mjs"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        var node = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);

        Assert.Equal((code, code), (here.ExitCode, process.ExitCode));
        if (verdict is not null)
        {
            Assert.True(here.Output.TrimEnd().Split('\n')[^1] == verdict || here.Output.Contains($"\"verdict\":\"{verdict}\"", StringComparison.Ordinal), here.Output);
            Assert.True(node.TrimEnd().Split('\n')[^1] == verdict || node.Contains($"\"verdict\":\"{verdict}\"", StringComparison.Ordinal), node + await error);
        }

        return (here.Output, node);
    }
}
