using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.Indexing;
using Sovereignty.AuditService.Report;
using Sovereignty.AuditService.SearchAudit;
using Sovereignty.AuditService.Verification;
using Sovereignty.Contracts;
using Sovereignty.Messaging.Bench;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.Audit.Bench;

/// <summary>What is done over a whole log: a month's report, and the verification as an outsider and as the platform.</summary>
internal static class LargeBench
{
    private const int Reports = 5;

    public static async Task<Limit> Report(BenchLog log, int entries, CancellationToken ct)
    {
        Progress.Say("report");
        var filters = new AuditFilters { Tenant = LargeLog.Tenant, From = LargeLog.Start, To = LargeLog.Start.AddDays(31) };
        var search = new AuditSearch(log.Database, new IndexedLog(log.Database, TimeProvider.System), log.Keys, log.Tokens);
        var maker = new ReportMaker(new ReportReader(log.Database, log.Keys, log.Tokens), search, TimeProvider.System);
        var times = new List<double>();
        AuditReport? report = null;
        for (var i = 0; i < Reports; i++)
        {
            var start = Stopwatch.GetTimestamp();
            report = await maker.Make(new(filters, entries, ReportForm.Json), new("bench", entries, "", "", 0), Actor.Service("bench"), new QueryCollection(), 50, ct);
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        await using var admin = log.Administrator();
        var bare = Stopwatch.GetTimestamp();
        await using (var count = admin.CreateCommand("SELECT type, count(*) FROM audit.search GROUP BY 1"))
        {
            await count.ExecuteNonQueryAsync(ct);
        }

        return new(
            $"A month's report over {report!.Totals.Events:N0} entries, slowest of {Reports}", "s", times.Max(), Goal: 5,
            $"median {times.Order().ElementAt(Reports / 2):0.00}; {report.Totals.Denied:N0} denials opened for their reasons; counting the table by type alone {Stopwatch.GetElapsedTime(bare).TotalSeconds:0.00}");
    }

    public static async Task<IReadOnlyList<Limit>> Verify(BenchLog log, int entries, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("sov-bench-log").FullName;
        try
        {
            using var signer = SigningKey.Open(log.Options.SigningKeyFile, log.Options.Origin);
            await LargeLog.Export(log, folder, signer, ct);
            Progress.Say("verification");
            var memory = new List<long>();
            var policy = new TlogPolicy([new(signer.Verifier)], [], [], TlogPolicy.None);
            var start = Stopwatch.GetTimestamp();
            var (outside, _) = await new OutsideAudit(new DirectoryLogFiles(folder), policy).Verify([], (_, _) => memory.Add(Environment.WorkingSet), ct);
            var elapsed = Stopwatch.GetElapsedTime(start);
            Require(outside, entries);

            start = Stopwatch.GetTimestamp();
            Require(await VerifyCommand.Verify(log.Database.Read, log.Options, null, ct), entries);
            var whole = Stopwatch.GetElapsedTime(start);
            var tenth = memory[memory.Count / 10];
            return
            [
                new(
                    $"Verification of {entries:N0} entries as handed out", "entries/s", entries / elapsed.TotalSeconds, Goal: 200_000,
                    $"hashing the same tree on one thread {await Hashing(log, ct):#,0}/s; the database with every body opened {entries / whole.TotalSeconds:#,0}/s", AtLeast: true),
                new(
                    "Memory at the end of it, of that after a tenth", "times", (double)memory[^1] / tenth, Goal: 1.5,
                    $"{tenth >> 20} MB after a tenth, {memory.Max() >> 20} MB at most, {memory[^1] >> 20} MB at the end"),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Require(LogReport report, int entries)
    {
        if (report.Verdict != LogVerdict.Valid || report.Entries != entries)
        {
            throw new InvalidOperationException($"The log of the bench is {report.Verdict} with {report.Entries} entries. {report.Findings.FirstOrDefault()?.Message}");
        }
    }

    private static async Task<double> Hashing(BenchLog log, CancellationToken ct)
    {
        const int Count = 200_000;
        var entries = new List<byte[]>(Count);
        await using var connection = await log.Database.Read.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand($"SELECT entry FROM audit.entries ORDER BY index LIMIT {Count}", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            entries.Add(reader.GetFieldValue<byte[]>(0));
        }

        var start = Stopwatch.GetTimestamp();
        var edge = new RightEdge();
        entries.ForEach(entry => edge.Append(MerkleHash.Leaf(entry)));
        return entries.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
