using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sovereignty.Contracts.Audit;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class ReportIssueTests(PostgresServer server)
{
    private static readonly DateTimeOffset Start = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_issued_report_is_an_entry_under_the_hash_of_its_bytes_and_a_report_that_is_looked_at_is_none()
    {
        await using var log = await TestLog.Create(server);
        log.Store().Append([.. new AccessStory("acme", "ledger", Start).Requested().Approved().Granted().Messages.Select((message, i) => log.Sealer.Prepare(message with { Number = i + 1 }))], default);
        await log.CheckpointSigner().Sign(default);
        await using var service = await TestService.Start(log);
        var client = service.Client("compliance-officer", "acme");

        using var looked = await client.GetAsync(new Uri("/access/audit/report", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, 3L), (looked.StatusCode, await log.Count("entries")));

        using var answer = await client.PostAsync(new Uri("/access/audit/reports?user=requester&region=us-east-1&from=2026-02-01T00:00:00Z&limit=1", UriKind.Relative), null);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var report = JsonNode.Parse(bytes)!;
        var name = $"sha-256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal((1L, 1), ((long)report["totals"]!["events"]!, report["log"]!["items"]!.AsArray().Count));
        Assert.Equal([name, "3", "3"], new[] { "Sovereignty-Report-Id", "Sovereignty-Report-Entry", "Sovereignty-Checkpoint-Size" }.Select(header => answer.Headers.GetValues(header).Single()));

        var entry = LogEntry.Read(await log.Scalar<byte[]>("SELECT entry FROM audit.entries WHERE index = 3"))!;
        Assert.Equal((name, $"Sovereignty.Contracts.Audit:{nameof(ReportIssued)}", "acme", "audit-service", null), (entry.Id, entry.Type, entry.Tenant, entry.Source, entry.Malformed));
        await log.Index();
        var found = JsonNode.Parse(await client.GetStringAsync(new Uri("/access/audit?type=ReportIssued", UriKind.Relative)))!["items"]!.AsArray().Single()!;
        var body = found["body"]!.Deserialize<ReportIssued>(Contracts.ContractJson.Options)!;
        Assert.Equal((name, bytes.LongLength, 3L, (string)report["checkpoint"]!["root"]!, 1L, 1L), (body.Report, body.Bytes, body.CheckpointSize, body.CheckpointRoot, body.Events, body.Shown));
        Assert.Equal(new ReportScope { From = Start.Date, ByUser = true, Region = "us-east-1" }, body.Scope with { From = body.Scope.From?.UtcDateTime });
        Assert.Equal("somebody", body.Actor.Subject);
        Assert.DoesNotContain("requester", JsonSerializer.Serialize(body), StringComparison.Ordinal);
        Assert.Empty((await log.Verify()).Findings);

        using var another = await client.PostAsync(new Uri("/access/audit/reports", UriKind.Relative), null);
        Assert.NotEqual(name, another.Headers.GetValues("Sovereignty-Report-Id").Single());
        Assert.Equal(5, await log.Count("entries"));
    }

    [Fact]
    public async Task What_is_not_issued_leaves_no_entry()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(1);
        await log.CheckpointSigner().Sign(default);
        await using var service = await TestService.Start(log);
        foreach (var (role, query, status, code) in new[]
        {
            ("compliance-officer", "format=csv", 400, "filter-unknown"), ("compliance-officer", "size=77", 404, "checkpoint-unknown"), ("compliance-officer", "tenant=globex", 403, "tenant-forbidden"),
            ("requester", "", 403, "role-missing"), ("operator", "", 403, "tenant-missing"),
        })
        {
            using var answer = await service.Client(role, "acme").PostAsync(new Uri($"/access/audit/reports?{query}", UriKind.Relative), null);
            Assert.Equal((status, code), ((int)answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]));
        }

        Assert.Equal(1, await log.Count("entries"));
    }
}
