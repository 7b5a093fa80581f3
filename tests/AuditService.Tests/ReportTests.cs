using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sovereignty.Contracts.Access;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Tests;

/// <summary>The report over HTTP, from a real database.</summary>
[Collection(OnPostgres.Name)]
public sealed class ReportTests(ReportTests.Reported reported) : IClassFixture<ReportTests.Reported>
{
    private static readonly DateTimeOffset Start = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("acme", "")]
    [InlineData("globex", "")]
    [InlineData(null, "")]
    [InlineData("acme", "from=2026-02-01T00:00:00Z")]
    [InlineData("acme", "from=2026-02-01T12:00:02Z&to=2026-02-01T12:10:02Z")]
    [InlineData("acme", "to=2026-02-01T00:00:00Z")]
    [InlineData("acme", "user=requester")]
    [InlineData("acme", "user=approver-de&tenant=acme")]
    [InlineData("acme", "dataId=ledger")]
    [InlineData("acme", "region=us-east-1")]
    [InlineData("acme", "action=export")]
    [InlineData("acme", "type=AccessUsed")]
    [InlineData("acme", "dataId=nothing-of-this-name")]
    public async Task The_figures_are_those_of_a_recount_from_the_opened_bodies(string? tenant, string query)
    {
        var report = await reported.Report(tenant, query);
        var entries = await reported.Recount(tenant, query, report["checkpoint"]!["size"]!.GetValue<long>());
        long Of(string type, Func<JsonObject, bool>? also = null) => entries.Count(entry => entry.Type == type && (also?.Invoke(entry.Body!) ?? true));

        var totals = report["totals"]!;
        foreach (var (name, count) in new (string, long)[]
        {
            ("events", entries.Count),
            ("requests", Of("AccessRequested")),
            ("approved", Of("AccessApproved", body => (int)body["remaining"]! == 0)),
            ("denied", Of("AccessDenied")),
            ("refused", Of("AccessRefused")),
            ("lapsed", Of("AccessLapsed")),
            ("withdrawn", Of("AccessWithdrawn")),
            ("granted", Of("AccessGranted")),
            ("automaticGrants", Of("AccessGranted", body => (bool)body["automatic"]!)),
            ("used", Of("AccessUsed")),
            ("useRefused", Of("AccessUseRefused")),
            ("revoked", Of("AccessRevoked")),
            ("ended", Of("AccessEnded")),
            ("givenBack", Of("AccessGivenBack")),
            ("commandsRefused", Of("AccessCommandRefused")),
            ("suspended", Of("AccessSuspended")),
            ("resumed", Of("AccessResumed")),
            ("shortened", Of("AccessShortened")),
            ("exhausted", Of("AccessExhausted")),
            ("reminded", Of("AccessReminded")),
            ("escalated", Of("AccessEscalated")),
            ("stalled", Of("AccessStalled")),
        })
        {
            Assert.True(count == totals[name]!.GetValue<long>(), $"{name}: {totals[name]} in the report, {count} in the recount");
        }

        Assert.Equal(22, totals.AsObject().Count);
        Assert.Equal(
            entries.GroupBy(entry => entry.Type).Select(type => (type.Key, (long)type.Count())).Order(),
            report["byType"]!.AsArray().Select(type => ((string)type!["type"]!, (long)type["count"]!)).Order());
        Assert.Equal(
            entries.Where(entry => entry.Type is "AccessRequested" or "AccessGranted")
                .GroupBy(entry => ((string)entry.Body!["sourceRegion"]!, (string)entry.Body["targetRegion"]!))
                .Select(pair => (pair.Key, (long)pair.Count(entry => entry.Type == "AccessRequested"), (long)pair.Count(entry => entry.Type == "AccessGranted"))).Order(),
            report["regionPairs"]!.AsArray().Select(pair => (((string)pair!["sourceRegion"]!, (string)pair["targetRegion"]!), (long)pair["requests"]!, (long)pair["granted"]!)).Order());
        Assert.Equal(
            entries.Where(entry => entry.Type is "AccessDenied" or "AccessRefused" or "AccessUseRefused" or "AccessCommandRefused")
                .GroupBy(entry => (entry.Type, (string)(entry.Body!["code"] ?? entry.Body["reason"])!)).Select(reason => (reason.Key.Item2, (long)reason.Count())).Order(),
            report["rejectionReasons"]!.AsArray().Select(reason => ((string)(reason!["code"] ?? reason["reason"])!, (long)reason["count"]!)).Order());
        var decided = (long)totals["approved"]! + (long)totals["denied"]!;
        Assert.Equal(decided == 0 ? null : (double)totals["approved"]! / decided, (double?)report["approvalRate"]);
        Assert.Equal(0, (long)report["erased"]!);
        Assert.Equal(tenant, (string?)report["tenantId"]);
        Assert.Equal(entries.Count, (long)report["log"]!["total"]!);
    }

    [Fact]
    public async Task The_recount_is_not_one_of_nothing()
    {
        var report = await reported.Report("acme", "");
        Assert.Equal(3.0 / 6, (double)report["approvalRate"]!);
        Assert.All(report["totals"]!.AsObject(), total => Assert.NotEqual(0, (long)total.Value!));
        Assert.Contains(report["rejectionReasons"]!.AsArray(), reason => (string?)reason!["kind"] == "denied" && (string?)reason["reason"] == "Too broad" && (long)reason["count"]! == 2);
    }

    [Fact]
    public async Task The_report_says_what_it_covers_with_a_note_that_anyone_can_check()
    {
        var report = await reported.Report("acme", "from=2026-02-01T00:00:00Z&user=requester");
        var checkpoint = report["checkpoint"]!;
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes((string)checkpoint["note"]!))!;
        Assert.Single(note.Verify(reported.Log.Signer.Verifier));
        Assert.Equal(new Checkpoint((string)checkpoint["origin"]!, (long)checkpoint["size"]!, Hash((string)checkpoint["root"]!)), Checkpoint.Parse(note.Text)! with { Extensions = [] }, Same);
        Assert.Equal(reported.Second, (long)checkpoint["size"]!);
        Assert.Equal(await reported.Log.Scalar<long>("SELECT size FROM audit.head") - reported.Second, (long)checkpoint["notCovered"]!);
        Assert.True((long)checkpoint["notCovered"]! > 0);
        Assert.Equal("2026-02-01T00:00:00Z", (string)report["from"]!);
        Assert.Null(report["to"]);
        Assert.Equal("requester", (string)report["filters"]!["user"]!);
        Assert.NotNull(report["generatedAt"]);

        static MerkleHash Hash(string base64) => new(Convert.FromBase64String(base64));
        static bool Same(Checkpoint one, Checkpoint other) => (one.Origin, one.Size, one.Root) == (other.Origin, other.Size, other.Root);
    }

    [Fact]
    public async Task With_the_same_size_the_figures_stay_though_the_log_grows()
    {
        var first = await reported.Report("acme", $"size={reported.First}");
        var csv = await reported.Csv("acme", $"size={reported.First}");
        Assert.NotEqual((long)first["totals"]!["events"]!, (long)(await reported.Report("acme", ""))["totals"]!["events"]!);

        await reported.Append(new AccessStory("acme", "late", Start).Requested().Denied("Too late"));

        var again = await reported.Report("acme", $"size={reported.First}");
        foreach (var report in new[] { first, again })
        {
            report.Remove("generatedAt");
            report["checkpoint"]!.AsObject().Remove("notCovered");
        }

        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal(csv, await reported.Csv("acme", $"size={reported.First}"));
    }

    [Fact]
    public async Task The_log_goes_on_in_the_search_over_the_same_checkpoint()
    {
        var report = await reported.Report("acme", $"limit=7&from=2026-02-01T00:00:00Z&size={reported.First}");
        var log = report["log"]!;
        var seen = log["items"]!.AsArray().Select(item => (long)item!["index"]!).ToList();
        Assert.Equal(7, seen.Count);
        for (var next = (string?)log["next"]; next is not null;)
        {
            await reported.Append(new AccessStory("acme", "later", Start).Requested());
            var page = JsonNode.Parse(await reported.Client("acme").GetStringAsync(new Uri(next, UriKind.Relative)))!;
            seen.AddRange(page["items"]!.AsArray().Select(item => (long)item!["index"]!));
            var cursor = (string?)page["nextCursor"];
            next = cursor is null ? null : $"/access/audit?limit=7&from=2026-02-01T00:00:00Z&cursor={cursor}";
        }

        Assert.Equal((await reported.Recount("acme", "from=2026-02-01T00:00:00Z", reported.First)).Select(entry => entry.Index).Reverse(), seen);
    }

    [Theory]
    [InlineData("acme", "")]
    [InlineData("acme", "user=requester&to=2026-02-01T12:10:00Z")]
    [InlineData("globex", "")]
    [InlineData(null, "")]
    public async Task The_csv_has_a_row_for_each_entry_that_counts_in_the_order_of_the_log(string? tenant, string query)
    {
        using var response = await reported.Client(tenant).GetAsync(new Uri($"/access/audit/report?format=csv&{query}", UriKind.Relative));
        var rows = CsvRows.Of(await response.Content.ReadAsStringAsync());
        var entries = await reported.Recount(tenant, query, reported.Second);

        Assert.Equal(entries.Select(entry => (entry.Index, entry.Type, entry.LeafHash)), rows.Select(row => (long.Parse(row["index"], CultureInfo.InvariantCulture), row["type"], row["leafHash"])));
        Assert.All(rows, row => Assert.Equal(tenant ?? "", row["tenantId"]));
        Assert.Equal("text/csv; charset=utf-8; header=present", response.Content.Headers.ContentType?.ToString());
        Assert.Equal($"audit-report-{tenant ?? "platform"}-{reported.Second}.csv", response.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(entries.Count.ToString(CultureInfo.InvariantCulture), response.Headers.GetValues("Sovereignty-Report-Entries").Single());
        var checkpoint = (await reported.Report(tenant, query))["checkpoint"]!;
        Assert.Equal(checkpoint["size"]!.ToString(), response.Headers.GetValues("Sovereignty-Checkpoint-Size").Single());
        Assert.Equal((string)checkpoint["root"]!, response.Headers.GetValues("Sovereignty-Checkpoint-Root").Single());
        Assert.Equal((string)checkpoint["note"]!, Encoding.UTF8.GetString(Convert.FromBase64String(response.Headers.GetValues("Sovereignty-Checkpoint-Note").Single())));
    }

    [Fact]
    public async Task Each_kind_of_access_event_shows_what_is_logged_of_it()
    {
        var rows = CsvRows.Of(await reported.Csv("acme", "dataId=ledger"));
        Dictionary<string, string> Row(string type) => rows.First(row => row["type"] == type);
        void Shows(string type, params (string Column, string Value)[] fields) => Assert.All(fields, field => Assert.Equal(field.Value, Row(type)[field.Column]));

        Shows(
            nameof(AccessRequested), ("actorSubject", "requester"), ("actorName", "Name of requester"), ("actorRoles", "requester employee"), ("actorCountry", "US"), ("dataId", "ledger"),
            ("sourceRegion", "eu-central-1"), ("targetRegion", "us-east-1"), ("justification", "A customer asked, and \"insists\"\nsince Monday"), ("purpose", "customer-support"),
            ("actions", "read export"), ("duration", "PT8H"), ("occurredAt", "2026-02-01T12:00:00.0000000Z"), ("receivedAt", "2026-02-01T12:00:00.2500000Z"), ("body", "read"));
        Shows(nameof(AccessApproved), ("actorSubject", "approver-de"), ("decision", "approve"), ("remaining", "1"), ("reason", "Needed"), ("occurredAt", "2026-02-01T12:00:01.0000000Z"));
        Shows(
            nameof(AccessGranted), ("grantId", reported.Ledger.GrantId.ToString()), ("expiresAt", "2026-02-01T20:00:03Z"), ("startsAt", "2026-02-01T12:00:03Z"), ("grantSubject", "requester"),
            ("automatic", "false"), ("occurredAt", "2026-02-01T12:00:03.0000000Z"), ("requestId", reported.Ledger.RequestId.ToString()));
        Shows(
            nameof(AccessUsed), ("actorSubject", "requester"), ("dataId", "ledger"), ("region", "us-east-1"), ("actions", "read"), ("records", "12"), ("reportedBy", "crm"),
            ("grantId", reported.Ledger.GrantId.ToString()), ("occurredAt", "2026-02-01T12:00:04.0000000Z"));
        Shows(nameof(AccessUseRefused), ("code", "action-not-covered"), ("actions", "delete"), ("region", "us-east-1"));
        Shows(
            nameof(AccessRevoked), ("actorSubject", "approver-de"), ("reason", "The project is over"), ("grantId", reported.Ledger.GrantId.ToString()), ("occurredAt", "2026-02-01T12:00:07.0000000Z"));
        Assert.Equal("deny", CsvRows.Of(await reported.Csv("acme", "type=AccessDenied"))[0]["decision"]);
        Assert.Equal("malformed", CsvRows.Of(await reported.Csv(null, "type=malformed"))[0]["body"]);
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("text/csv", "text/csv")]
    [InlineData("application/json, text/csv;q=0.5", "application/json")]
    [InlineData("application/json;q=0.5, text/csv", "text/csv")]
    [InlineData("text/csv;q=0", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html")]
    public async Task The_form_is_the_one_that_is_preferred(string? accept, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/access/audit/report");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await reported.Client("acme").SendAsync(request);
        Assert.Equal(expected, response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("size=1", 404, "checkpoint-unknown")]
    [InlineData("size=999999&format=csv", 404, "checkpoint-unknown")]
    [InlineData("size=-1", 400, "size-invalid")]
    [InlineData("size=many", 400, "size-invalid")]
    [InlineData("size=99999999999999999999", 400, "size-invalid")]
    [InlineData("format=pdf", 400, "format-unknown")]
    [InlineData("from=2026-02-01T00:00:00Z&to=2026-02-01T00:00:00Z", 400, "time-range-invalid")]
    [InlineData("from=2026-02-02T00:00:00Z&to=2026-02-01T00:00:00Z", 400, "time-range-invalid")]
    [InlineData("from=yesterday", 400, "time-invalid")]
    [InlineData("type=Nonsense", 400, "type-unknown")]
    [InlineData("cursor=NTo1OjU", 400, "filter-unknown")]
    [InlineData("limit=5&format=csv", 400, "filter-unknown")]
    [InlineData("limit=5&format=html", 400, "filter-unknown")]
    [InlineData("limit=0", 400, "request-invalid")]
    [InlineData("size=1&size=2", 400, "filter-repeated")]
    [InlineData("tenant=globex", 403, "tenant-forbidden")]
    public async Task What_cannot_be_answered_is_a_problem_with_a_code(string query, int status, string code) =>
        Assert.Equal((status, code), await Problem(reported.Client("acme"), query));

    [Fact]
    public async Task Compliance_officers_and_operators_of_the_platform_get_one_and_nobody_else()
    {
        Assert.Equal((401, "token-missing"), await Problem(reported.Service.Client(), ""));
        foreach (var (role, tenant, code) in new[]
        {
            ("requester", "acme", "role-missing"), ("approver", "acme", "role-missing"), ("policy-admin", null, "role-missing"), ("operator", "acme", "tenant-missing"), ("compliance-officer", null, "tenant-missing"),
        })
        {
            Assert.Equal((403, code), await Problem(reported.Service.Client(role, tenant), ""));
        }
    }

    private static async Task<(int Status, string? Code)> Problem(HttpClient client, string query)
    {
        using var response = await client.GetAsync(new Uri($"/access/audit/report?{query}", UriKind.Relative));
        return ((int)response.StatusCode, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]);
    }

    /// <summary>The service on a log with two signed checkpoints, of events of two tenants and the platform, and more behind them.</summary>
    public sealed class Reported(PostgresServer server) : IAsyncLifetime
    {
        internal TestLog Log { get; private set; } = null!;

        internal TestService Service { get; private set; } = null!;

        internal AccessStory Ledger { get; private set; } = null!;

        internal long First { get; private set; }

        internal long Second { get; private set; }

        public async Task InitializeAsync()
        {
            Log = await TestLog.Create(server);
            await Log.AppendMessages(30);
            await Log.AppendMessages(5, tenant: "globex");
            Log.Store().Append([Log.Sealer.Prepare(TestLog.Message(1, tenant: null)), Log.Sealer.Prepare(TestLog.Raw("nonsense", "bad"))], default);
            Ledger = new AccessStory("acme", "ledger", Start)
                .Requested("A customer asked, and \"insists\"\nsince Monday").Approved(remaining: 1).Approved().Granted().Used().Used("export").UseRefused(AccessCodes.ActionNotCovered).Revoked();
            await Append(
                Ledger,
                new AccessStory("acme", "archive", Start.AddMinutes(1)).Requested().CommandRefused(AccessCodes.SelfApproval).Denied("Too broad"),
                new AccessStory("globex", "ledger", Start).Requested().Approved().Granted().Used().Ended(),
                new AccessStory("acme", "archive", Start.AddMinutes(2)).Requested().Denied("Too broad"));
            First = await Sign();
            await Append(
                new AccessStory("acme", "archive", Start.AddMinutes(3)).Requested().Denied("Not now"),
                new AccessStory("acme", "patients", Start.AddMinutes(4)).Requested().Refused(AccessCodes.TransferBanned),
                new AccessStory("globex", "patients", Start.AddMinutes(4)).Requested().Denied("Too broad"),
                new AccessStory("acme", "public", Start.AddMinutes(10), "eu-west-1", "eu-west-1").Requested().Granted(automatic: true).Used().Ended(),
                new AccessStory("acme", "slow", Start.AddMinutes(11)).Requested().Reminded().Escalated().Stalled().Lapsed(),
                new AccessStory("acme", "law", Start.AddMinutes(14)).Requested().Approved().Granted().Suspended().Resumed().Shortened().Exhausted(),
                new AccessStory("acme", "wrong", Start.AddMinutes(12)).Requested().Withdrawn(),
                new AccessStory("acme", "short", Start.AddMinutes(13)).Requested().Approved().Granted().GivenBack().UseRefused(AccessCodes.GivenBack));
            Second = await Sign();
            await Append(new AccessStory("acme", "ledger", Start).Requested().Denied("Nobody signed this yet"));
            Service = await TestService.Start(Log);
        }

        internal HttpClient Client(string? tenant) => Service.Client(tenant is null ? "operator" : "compliance-officer", tenant);

        internal async Task Append(params AccessStory[] stories) =>
            Log.Store().Append([.. stories.SelectMany(story => story.Messages).Select(Log.Sealer.Prepare)], default);

        internal async Task<JsonObject> Report(string? tenant, string query) =>
            JsonNode.Parse(await Client(tenant).GetStringAsync(new Uri($"/access/audit/report?{query}", UriKind.Relative)))!.AsObject();

        internal Task<string> Csv(string? tenant, string query) => Client(tenant).GetStringAsync(new Uri($"/access/audit/report?format=csv&{query}", UriKind.Relative));

        /// <summary>The entries by another way: all that is stored, opened, and taken by what the bodies say.</summary>
        internal async Task<List<(long Index, string Type, JsonObject? Body, string LeafHash)>> Recount(string? tenant, string query, long size)
        {
            var asked = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
            var found = new List<(long, string, JsonObject?, string)>();
            await using var command = Log.Superuser.CreateCommand($"SELECT index, entry, sealed FROM audit.entries WHERE index < {size} ORDER BY 1");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var bytes = reader.GetFieldValue<byte[]>(1);
                var entry = JsonNode.Parse(bytes)!;
                using var cipher = SealedBody.Cipher(Log.Keys.Find((string)entry["keyId"]!)!);
                var opened = SealedBody.Open(cipher, reader.GetFieldValue<byte[]>(2), new MerkleHash(Convert.FromBase64String((string)entry["commitment"]!)))!;
                var body = entry["malformed"] is null ? JsonNode.Parse(opened)!["message"]!.AsObject() : null;
                if ((string?)entry["tenant"] == tenant && asked.All(filter => Fits(filter.Key, filter.Value)))
                {
                    found.Add((reader.GetInt64(0), ((string)entry["type"]!).Split(':')[^1], body, Convert.ToHexStringLower(MerkleHash.Leaf(bytes).ToArray())));
                }

                bool Fits(string name, string value) => name switch
                {
                    "from" => At() >= DateTimeOffset.Parse(value, CultureInfo.InvariantCulture),
                    "to" => At() < DateTimeOffset.Parse(value, CultureInfo.InvariantCulture),
                    "user" => (string?)body?["actor"]?["subject"] == value,
                    "dataId" => (string?)body?["dataId"] == value,
                    "tenant" => (string?)body?["tenantId"] == value,
                    "type" => ((string)entry["type"]!).EndsWith($":{value}", StringComparison.Ordinal),
                    "region" => new[] { "region", "primaryRegion", "sourceRegion", "targetRegion" }.Any(member => (string?)body?[member] == value),
                    "action" => (string?)body?["action"] == value || body?["actions"]?.AsArray().Any(action => (string?)action == value) == true,
                    _ => throw new ArgumentException(name),
                };

                DateTimeOffset At() => DateTimeOffset.Parse((string)(body?["occurredAt"] ?? entry["receivedAt"])!, CultureInfo.InvariantCulture);
            }

            return found;
        }

        public async Task DisposeAsync()
        {
            await Service.DisposeAsync();
            await Log.DisposeAsync();
        }

        private async Task<long> Sign()
        {
            await Log.CheckpointSigner().Sign(default);
            return await Log.Scalar<long>("SELECT max(size) FROM audit.checkpoints");
        }
    }
}
