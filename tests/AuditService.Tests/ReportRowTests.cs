using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Sovereignty.Contracts.Access;
using Sovereignty.Testing;

namespace Sovereignty.AuditService.Tests;

/// <summary>Reports over entries that nobody hopes for, each test on a log of its own.</summary>
[Collection(OnPostgres.Name)]
public sealed class ReportRowTests(PostgresServer server)
{
    private static readonly DateTimeOffset Start = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);

    // What is written, and how it stands in the file.
    private static readonly (string Written, string Stands)[] Fields =
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("\tharmless", "'\tharmless"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
        (" =1+1", "' =1+1"),
        ("\u00a0\u200b\ufeff=1", "'\u00a0\u200b\ufeff=1"),
        ("\"=1+1\"", "'\"=1+1\""),
        ("'\"=1", "''\"=1"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("=DDE(\"cmd\";\"/C calc\";\"x\")", "'=DDE(\"cmd\";\"/C calc\";\"x\")"),
        ("@SUM(1+9)*cmd|' /C calc'!A0", "'@SUM(1+9)*cmd|' /C calc'!A0"),
        ("=HYPERLINK(\"http://x\",\"y\")", "'=HYPERLINK(\"http://x\",\"y\")"),
        ("harmless;=1+1", "harmless;'=1+1"),
        ("harmless;\"=1+1\"", "harmless;'\"=1+1\""),
        ("harmless\n=1+1", "harmless\n'=1+1"),
        ("harmless\n\n- item", "harmless\n\n'- item"),
        ("=a,b\n\"c\"", "'=a,b\n\"c\""),
        ("harmless = 1", "harmless = 1"),
        ("harmless, but \"quoted\"", "harmless, but \"quoted\""),
        ("harmless; quite", "harmless; quite"),
        ("größer", "größer"),
    ];

    [Fact]
    public async Task A_checkpoint_that_the_search_table_has_not_reached_is_neither_unknown_nor_missing()
    {
        await using var log = await TestLog.Create(server);
        log.Store().Append([.. Enumerable.Range(0, 3).Select(i => log.Sealer.Prepare(TestLog.Message(i)))], default);
        await log.CheckpointSigner().Sign(default);
        await using var connection = await log.Superuser.OpenConnectionAsync();
        await using var holding = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("SELECT 1 FROM audit.indexed FOR UPDATE", connection);
        await hold.ExecuteScalarAsync();
        await using var service = await TestService.Start(log);
        var client = service.Client("compliance-officer", "acme");

        var answers = await Task.WhenAll(Get(""), Get("size=3"), Get("size=2"), Post("size=3"));
        Assert.Equal([(503, "not-searchable-yet", 1), (503, "not-searchable-yet", 1), (404, "checkpoint-unknown", null), (503, "not-searchable-yet", 1)], answers);

        await holding.RollbackAsync();
        await Eventually.True(async () => await log.Count("search") == 3, "the search table has come up to the log");
        Assert.Equal(200, (await Get("size=3")).Status);

        async Task<(int Status, string? Code, int? RetryAfter)> Get(string query) => await Read(await client.GetAsync(new Uri($"/access/audit/report?{query}", UriKind.Relative)));
        async Task<(int Status, string? Code, int? RetryAfter)> Post(string query) => await Read(await client.PostAsync(new Uri($"/access/audit/reports?{query}", UriKind.Relative), null));
        static async Task<(int Status, string? Code, int? RetryAfter)> Read(HttpResponseMessage answer) =>
            ((int)answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"], (int?)answer.Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    [Fact]
    public async Task A_field_that_a_spreadsheet_would_run_is_shown_as_text()
    {
        await using var log = await TestLog.Create(server);
        log.Store().Append([.. Fields.SelectMany(field => new AccessStory("acme", "data", Start).Requested(field.Written).Messages).Select(log.Sealer.Prepare)], default);
        await log.CheckpointSigner().Sign(default);
        await using var service = await TestService.Start(log);

        var csv = await service.Client("compliance-officer", "acme").GetStringAsync(new Uri("/access/audit/report?format=csv", UriKind.Relative));

        var lines = csv.Split("\r\n");
        Assert.Equal(Fields.Length + 2, lines.Length);
        Assert.Equal("", lines[^1]);
        Assert.All(Fields.Zip(lines[1..]), row => Assert.Contains($",\"{row.First.Stands.Replace("\"", "\"\"", StringComparison.Ordinal)}\",\"PT8H\",", row.Second, StringComparison.Ordinal));
        Assert.All(lines[..^1], line => Assert.Matches("^(\"([^\"]|\"\")*\"(,|$))+$", line));
        Assert.All(CsvRows.Of(csv).SelectMany(row => row.Values), value => Assert.False(value.Length > 0 && "=+-@\t\r\n＝＋－＠".Contains(value[0], StringComparison.Ordinal), value));
    }

    [Fact]
    public async Task What_was_erased_is_a_row_like_others_and_counts_by_its_type()
    {
        await using var log = await TestLog.Create(server);
        var stories = new[] { new AccessStory("acme", "erased", Start).Requested().Approved().Granted(), new AccessStory("acme", "other", Start).Requested().Denied("No") };
        log.Store().Append([.. stories.SelectMany(story => story.Messages).Select(log.Sealer.Prepare)], default);
        await log.CheckpointSigner().Sign(default);
        await using var service = await TestService.Start(log);
        var client = service.Client("compliance-officer", "acme");
        var kept = await Report();

        File.Delete(Path.Combine(log.Options.KeyFolder, log.Keys.ForSubject("acme", "https://gateway.test", "approver-de").Id));

        var report = await Report();
        var rows = CsvRows.Of(await client.GetStringAsync(new Uri("/access/audit/report?format=csv", UriKind.Relative)));
        Assert.Equal(0, (long)kept["erased"]!);
        Assert.Equal(1, (long)report["erased"]!);
        Assert.Equal(0.5, (double)kept["approvalRate"]!);
        Assert.Equal(0.5, (double)report["approvalRate"]!);
        Assert.Equal(["No"], kept["rejectionReasons"]!.AsArray().Select(reason => (string?)reason!["reason"]));
        Assert.Empty(report["rejectionReasons"]!.AsArray());
        Assert.Equal(1, (long)report["totals"]!["denied"]!);
        Assert.Equal(kept["byType"]!.ToJsonString(), report["byType"]!.ToJsonString());
        Assert.Equal(kept["regionPairs"]!.ToJsonString(), report["regionPairs"]!.ToJsonString());
        Assert.Equal(["read", "erased", "erased", "read", "erased"], rows.Select(row => row["body"]));

        async Task<JsonNode> Report() => JsonNode.Parse(await client.GetStringAsync(new Uri("/access/audit/report", UriKind.Relative)))!;
    }

    [Theory]
    [InlineData("\"displayName\":\"\\ud800\"", false, "\"\\ud800\"")]
    [InlineData("\"displayName\":\"~\"", true, "\"\uFFFD\"")]
    [InlineData("\"\\ud800\":1,\"displayName\":\"Jane\"", false, "Jane")]
    public async Task An_event_with_half_a_character_keeps_nobody_from_reading_the_others(string member, bool breaks, string name)
    {
        await using var log = await TestLog.Create(server);
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"messageId":"m","messageType":["urn:message:Sovereignty.Contracts.Data:DataCreated"],"message":{"tenantId":"acme","dataId":"d","actor":{ {{{member}}},"issuer":"i","subject":"s"} } }""");
        if (breaks)
        {
            body[Array.IndexOf(body, (byte)'~')] = 0xFF;
        }

        log.Store().Append([log.Sealer.Prepare(TestLog.Raw("{}", "m") with { Body = body }), log.Sealer.Prepare(TestLog.Message(1))], default);
        await log.CheckpointSigner().Sign(default);
        await using var service = await TestService.Start(log);
        var client = service.Client("compliance-officer", "acme");

        var row = CsvRows.Of(await client.GetStringAsync(new Uri("/access/audit/report?format=csv", UriKind.Relative)))[0];
        Assert.Equal(("DataCreated", "s", name, ""), (row["type"], row["actorSubject"], row["actorName"], row["actorCountry"]));
        foreach (var path in new[] { "/access/audit", "/access/audit/report" })
        {
            using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)));
            var items = (answer.RootElement.TryGetProperty("log", out var detailed) ? detailed : answer.RootElement).GetProperty("items");
            Assert.Equal(["data-1", "d"], items.EnumerateArray().Select(item => item.GetProperty("body").GetProperty("dataId").GetString()));
            Assert.Equal("s", items[1].GetProperty("actor").GetProperty("subject").GetString());
        }
    }

    [Fact]
    public async Task A_csv_shows_what_is_damaged_and_one_that_cannot_be_finished_does_not_look_finished()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(3_000);
        await log.CheckpointSigner().Sign(default);
        await log.Tamper("UPDATE audit.entries SET sealed = set_byte(sealed, 50, get_byte(sealed, 50) # 1) WHERE index = 2500");
        await using var service = await TestService.Start(log);
        var client = service.Client("compliance-officer", "acme");
        var lines = (await client.GetStringAsync("/access/audit/report?format=csv")).TrimEnd().Split('\n');
        Assert.Equal(3_001, lines.Length);
        Assert.StartsWith("\"2500\"", Assert.Single(lines, line => line.Contains("\"damaged\"", StringComparison.Ordinal)));

        await log.Tamper("ALTER TABLE audit.search ALTER COLUMN type DROP NOT NULL; UPDATE audit.search SET type = NULL WHERE index = 2500");
        using var response = await client.GetAsync(new Uri("/access/audit/report?format=csv", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await using var stream = await response.Content.ReadAsStreamAsync();
            await stream.CopyToAsync(Stream.Null);
        });
    }

    [Fact]
    public async Task Without_a_checkpoint_there_is_no_report()
    {
        await using var log = await TestLog.Create(server);
        log.Store().Append([.. new AccessStory("acme", "data", Start).Refused(AccessCodes.DataUnknown).Messages.Select(log.Sealer.Prepare)], default);
        await using var service = await TestService.Start(log);
        using var response = await service.Client("compliance-officer", "acme").GetAsync(new Uri("/access/audit/report", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("checkpoint-missing", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]);
    }
}
