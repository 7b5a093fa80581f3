using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Sovereignty.AuditService.Indexing;
using Sovereignty.AuditService.SearchAudit;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class SearchTests(PostgresServer server)
{
    [Fact]
    public async Task A_walk_through_the_pages_gives_each_entry_once_newest_first_though_the_log_grows()
    {
        await using var log = await TestLog.Create(server);
        await using var database = new AuditDatabase(server.Login("audit_append", log.DatabaseName), server.Login("audit_read", log.DatabaseName));
        var search = new AuditSearch(database, new IndexedLog(database, TimeProvider.System), log.Keys, log.Tokens);
        await log.AppendMessages(25);
        await log.AppendMessages(5, tenant: "globex");

        var seen = new List<long>();
        SearchPosition? position = null;
        do
        {
            var (items, next, total, _) = await search.Find(new AuditFilters { Tenant = "acme" }, position, 10, default);
            Assert.Equal(25, total);
            Assert.All(items, item => Assert.Equal("acme", item.TenantId));
            seen.AddRange(items.Select(item => item.Index));
            position = next is null ? null : SearchPosition.Parse(next.ToString());
            await log.AppendMessages(3, from: 1_000 + seen.Count);
        }
        while (position is not null);

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => (long)i), seen);
    }

    [Fact]
    public async Task What_is_damaged_is_shown_as_such_among_the_others()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(6);
        await log.Tamper(
            """
            UPDATE audit.entries SET sealed = set_byte(sealed, 50, get_byte(sealed, 50) # 1) WHERE index = 0;
            UPDATE audit.entries SET entry = 'nonsense' WHERE index = 1;
            UPDATE audit.entries SET entry = convert_to(replace(convert_from(entry, 'UTF8'), 'platform-service', 'somebody-else'), 'UTF8') WHERE index = 2;
            DELETE FROM audit.entries WHERE index = 4
            """);
        await using var service = await TestService.Start(log);
        var client = service.Client("compliance-officer", "acme");

        var seen = new List<(long, string?, string?)>();
        for (string? cursor = ""; cursor is not null;)
        {
            using var page = JsonDocument.Parse(await client.GetStringAsync($"/access/audit?limit=2{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}"));
            seen.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(item =>
                (item.GetProperty("index").GetInt64(), Text(item, "damaged"), Text(item, "source"))));
            cursor = Text(page.RootElement, "nextCursor");
        }

        Assert.Equal(
            [
                (5, null, "platform-service"), (4, "entry-damaged", null), (3, null, "platform-service"),
                (2, "entry-damaged", null), (1, "entry-damaged", null), (0, "body-damaged", "platform-service"),
            ],
            seen);

        static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    [Fact]
    public async Task Filters_find_what_they_name_within_the_tenant_only()
    {
        await using var log = await TestLog.Create(server);
        await using var database = new AuditDatabase(server.Login("audit_append", log.DatabaseName), server.Login("audit_read", log.DatabaseName));
        var search = new AuditSearch(database, new IndexedLog(database, TimeProvider.System), log.Keys, log.Tokens);
        log.Store().Append(
            [
                log.Sealer.Prepare(TestLog.Message(1, subject: "jane")),
                log.Sealer.Prepare(TestLog.Message(2, subject: "john")),
                log.Sealer.Prepare(TestLog.Message(1, tenant: "globex", subject: "jane")),
                log.Sealer.Prepare(TestLog.Message(9, tenant: null)),
                log.Sealer.Prepare(TestLog.Raw("nonsense", "bad")),
            ],
            default);
        await log.Index();

        async Task Expect(long[] expected, AuditFilters filters) =>
            Assert.Equal(expected, (await search.Find(filters, null, 50, default)).Items.Select(item => item.Index));

        await Expect([1, 0], new() { Tenant = "acme" });
        await Expect([2], new() { Tenant = "globex" });
        await Expect([4, 3], new() { Tenant = null });
        await Expect([0], new() { Tenant = "acme", User = "jane" });
        await Expect([1], new() { Tenant = "acme", DataId = "data-2" });
        await Expect([], new() { Tenant = "acme", DataId = "data-9" });
        await Expect([1, 0], new() { Tenant = "acme", Region = "eu-west-1", Type = "DataCreated" });
        await Expect([], new() { Tenant = "acme", Region = "us-east-1" });
        await Expect([], new() { Tenant = "acme", Type = "DataRejected" });
        await Expect([4], new() { Tenant = null, Type = "malformed" });
        await Expect([1], new() { Tenant = "acme", From = new(2026, 1, 1, 0, 0, 2, TimeSpan.Zero) });
        await Expect([0], new() { Tenant = "acme", To = new(2026, 1, 1, 0, 0, 2, TimeSpan.Zero) });

        var item = (await search.Find(new() { Tenant = "acme", User = "jane" }, null, 1, default)).Items[0];
        Assert.Equal("jane", item.Actor!.Value.GetProperty("subject").GetString());
        Assert.Equal("data-1", item.Body!.Value.GetProperty("dataId").GetString());
    }

    [Fact]
    public async Task Filters_are_served_by_their_indexes_whatever_the_values()
    {
        await using var log = await TestLog.Create(server);
        log.Store().Append([.. Enumerable.Range(0, 2_000).Select(i => log.Sealer.Prepare(TestLog.Message(i, tenant: i < 100 ? $"tenant-{i}" : "acme", subject: $"user-{i % 500}")))], default);
        await log.Index();
        await TestLog.Execute(log.Superuser, "ANALYZE audit.search");

        // A plan that may not look at the values, as a prepared query gets after some uses.
        var read = server.Login("audit_read", log.DatabaseName) + ";Pooling=false;Options=-c plan_cache_mode=force_generic_plan";
        foreach (var (index, filters) in new (string, AuditFilters)[]
        {
            ("user_token", new() { Tenant = "acme", User = "user-7" }),
            ("data_token", new() { Tenant = "acme", DataId = "data-700" }),
            ("tenant", new() { Tenant = "tenant-7" }),
        })
        {
            await using (var database = new AuditDatabase(server.Login("audit_append", log.DatabaseName), read))
            {
                Assert.NotEmpty((await new AuditSearch(database, new IndexedLog(database, TimeProvider.System), log.Keys, log.Tokens).Find(filters, null, 10, default)).Items);
            }

            // The statistics are told when the connection ends.
            var limit = System.Diagnostics.Stopwatch.StartNew();
            var scans = 0L;
            while (scans == 0 && limit.Elapsed < TimeSpan.FromSeconds(10))
            {
                scans = await log.Scalar<long>($"SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'search_000000_{index}_index_idx'");
            }

            Assert.True(scans > 0, $"The index of {index} served nothing.");
        }
    }

    [Fact]
    public async Task The_view_shows_a_reader_only_what_the_reader_is_for()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(2);
        await log.AppendMessages(3, tenant: "globex");
        foreach (var (reader, count) in new[] { ("", 0L), ("tenant:acme", 2L), ("tenant:globex", 3L), ("tenant:", 0L), ("platform", 0L), ("everything", 5L) })
        {
            await using var connection = await log.Read.OpenConnectionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = $"SET audit.reader = '{reader}'; SELECT count(*) FROM audit.searchable";
            Assert.Equal(count, (long)(await command.ExecuteScalarAsync())!);
        }
    }

    [Theory]
    [InlineData("compliance-officer", "acme", "", null)]
    [InlineData("compliance-officer", "acme", "tenant=acme", null)]
    [InlineData("operator", null, "", null)]
    [InlineData("compliance-officer", null, "", "tenant-missing")]
    [InlineData("operator", "acme", "", "tenant-missing")]
    [InlineData("requester", "acme", "", "tenant-missing")]
    [InlineData("compliance-officer", "acme", "tenant=globex", "tenant-forbidden")]
    [InlineData("operator", null, "tenant=acme", "tenant-forbidden")]
    [InlineData("compliance-officer", "acme", "type=Nonsense", "type-unknown")]
    [InlineData("compliance-officer", "acme", "from=yesterday", "time-invalid")]
    [InlineData("compliance-officer", "acme", "to=2026-01-01", "time-invalid")]
    [InlineData("compliance-officer", "acme", "to=2026-01-01T00:00:00", "time-invalid")]
    [InlineData("compliance-officer", "acme", "from=2026-01-01T00:00:00Z", null)]
    [InlineData("compliance-officer", "acme", "from=2026-01-02T00:00:00Z|to=2026-01-01T00:00:00Z", "time-range-invalid")]
    [InlineData("compliance-officer", "acme", "colour=red", "filter-unknown")]
    public void A_question_is_checked_against_who_asks(string role, string? tenant, string query, string? code)
    {
        Claim[] claims = [new("roles", role), .. tenant is null ? Array.Empty<Claim>() : [new("tenant", tenant)]];
        var user = new ClaimsPrincipal(new ClaimsIdentity(claims, "test", "sub", "roles"));
        var values = query.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => new StringValues(pair[1]));

        var (filters, problem) = AuditFilters.Read(new QueryCollection(values), user, "cursor", "limit");

        Assert.Equal(code, problem?.ProblemDetails.Extensions["code"]);
        Assert.Equal(code is null, filters is not null);
        Assert.Equal(code is null ? tenant : null, filters?.Tenant);
    }

    [Theory]
    [InlineData("5:3:2", true)]
    [InlineData("3:5:2", false)]
    [InlineData("a:b:c", false)]
    [InlineData("5:3", false)]
    public void Only_a_position_is_read_as_one(string text, bool taken) => Assert.Equal(taken, SearchPosition.Parse(text)?.ToString() == text);
}
