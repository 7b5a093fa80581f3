using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Sovereignty.AuditService.Diagnostics;
using Sovereignty.AuditService.Indexing;
using Sovereignty.AuditService.SearchAudit;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class SearchIndexerTests(PostgresServer server)
{
    [Fact]
    public async Task What_is_logged_is_found_once_the_index_follows_and_the_verification_knows_how_far_it_is()
    {
        await using var log = await TestLog.Create(server);
        log.Store().Append([.. Enumerable.Range(0, 20).Select(i => log.Sealer.Prepare(TestLog.Message(i)))], default);

        Assert.Equal((0L, 0L), (await log.Count("search"), await log.Scalar<long>("SELECT size FROM audit.indexed")));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);

        await log.Index();
        Assert.Equal((20L, 20L), (await log.Count("search"), await log.Scalar<long>("SELECT size FROM audit.indexed")));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    [Fact]
    public async Task A_write_that_fails_leaves_nothing_behind_and_stops_no_append()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(30);
        await log.Tamper("CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''injected'' USING ERRCODE = ''53100''; END'; CREATE TRIGGER fail BEFORE INSERT ON audit.search FOR EACH ROW EXECUTE FUNCTION public.fail()");
        log.Store().Append([.. Enumerable.Range(30, 30).Select(i => log.Sealer.Prepare(TestLog.Message(i)))], default);
        await Assert.ThrowsAsync<PostgresException>(log.Index);
        Assert.Equal((30L, 60L), (await log.Count("search"), await log.Count("entries")));

        await log.Tamper("DROP TRIGGER fail ON audit.search");
        await log.Index();
        Assert.Equal(60, await log.Count("search"));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    [Fact]
    public async Task Instances_that_index_at_once_write_each_row_once()
    {
        await using var log = await TestLog.Create(server);
        log.Store().Append([.. Enumerable.Range(0, 12_000).Select(i => log.Sealer.Prepare(TestLog.Message(i)))], default);
        var indexers = Enumerable.Range(0, 4)
            .Select(_ => new SearchIndexer(log.Database, log.Keys, log.Tokens, new AuditMetrics(), TimeProvider.System, NullLogger<SearchIndexer>.Instance));
        await Task.WhenAll(indexers.Select(async indexer =>
        {
            while (await indexer.IndexNext(default))
            {
            }
        }));

        await log.Index();
        Assert.Equal(12_000, await log.Count("search"));
    }

    [Fact]
    public async Task A_body_that_was_erased_before_is_found_by_its_metadata_alone()
    {
        await using var log = await TestLog.Create(server);
        log.Store().Append([log.Sealer.Prepare(TestLog.Message(1, subject: "jane")), log.Sealer.Prepare(TestLog.Message(2, subject: "john"))], default);
        File.Delete(Path.Combine(log.Options.KeyFolder, log.Keys.ForSubject("acme", Actor.Service("jane").Issuer, "jane").Id));

        await log.Index();
        Assert.True(await log.Scalar<bool>("SELECT user_token IS NULL AND data_token IS NULL AND regions = '{}' AND type = 'DataCreated' FROM audit.search WHERE index = 0"));
        Assert.True(await log.Scalar<bool>("SELECT user_token IS NOT NULL AND data_token IS NOT NULL FROM audit.search WHERE index = 1"));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    [Fact]
    public async Task Reports_tell_events_of_one_type_apart_by_what_is_not_personal()
    {
        await using var log = await TestLog.Create(server);
        var story = new AccessStory("acme", "data", DateTimeOffset.UnixEpoch).Refused(AccessCodes.DataUnknown);
        var forged = TestLog.Message(1, id: "forged");
        log.Store().Append([.. story.Messages.Append(forged).Select(log.Sealer.Prepare)], default);

        await log.Index();
        Assert.Equal(AccessCodes.DataUnknown, await log.Scalar<string>("SELECT facet FROM audit.search WHERE type = 'AccessRefused'"));
        Assert.True(await log.Scalar<bool>("SELECT bool_and(facet IS NULL) FROM audit.search WHERE type <> 'AccessRefused'"));
    }

    [Theory]
    [InlineData("key")]
    [InlineData("body")]
    public async Task What_cannot_be_opened_is_found_by_its_metadata_told_once_and_stops_nobody_else(string damaged)
    {
        await using var log = await TestLog.Create(server);
        log.Store().Append([log.Sealer.Prepare(TestLog.Message(1, subject: "jane")), log.Sealer.Prepare(TestLog.Message(2, tenant: "globex"))], default);
        if (damaged == "key")
        {
            await File.WriteAllBytesAsync(Path.Combine(log.Options.KeyFolder, log.Keys.ForSubject("acme", Actor.Service("jane").Issuer, "jane").Id), [1, 2, 3]);
        }
        else
        {
            await log.Tamper("UPDATE audit.entries SET sealed = set_byte(sealed, 50, get_byte(sealed, 50) # 1) WHERE index = 0");
        }

        var logger = new FakeLogger<SearchIndexer>();
        var indexer = new SearchIndexer(log.Database, log.Keys, log.Tokens, new AuditMetrics(), TimeProvider.System, logger);
        Assert.False(await indexer.IndexNext(default));
        Assert.False(await indexer.IndexNext(default));

        Assert.Equal(0, indexer.Behind);
        Assert.True(await log.Scalar<bool>("SELECT user_token IS NULL AND data_token IS NULL AND tenant = 'acme' AND type = 'DataCreated' FROM audit.search WHERE index = 0"));
        Assert.True(await log.Scalar<bool>("SELECT user_token IS NOT NULL AND data_token IS NOT NULL FROM audit.search WHERE index = 1"));
        var (level, told) = Assert.Single(logger.Messages);
        Assert.Equal(LogLevel.Critical, level);
        Assert.Contains("The entry 0 is found by what is left of it alone", told);

        var finding = Assert.Single((await log.Verify()).Findings);
        Assert.Equal(0, finding.Index);
        Assert.DoesNotContain("search", finding.Message);
    }

    [Fact]
    public async Task Entries_that_are_damaged_or_gone_are_passed_with_a_row_and_told()
    {
        await using var log = await TestLog.Create(server);
        log.Store().Append([.. Enumerable.Range(0, 5).Select(i => log.Sealer.Prepare(TestLog.Message(i)))], default);
        await log.Tamper("UPDATE audit.entries SET entry = 'nonsense' WHERE index = 0; DELETE FROM audit.entries WHERE index IN (2, 4)");

        var logger = new FakeLogger<SearchIndexer>();
        var indexer = new SearchIndexer(log.Database, log.Keys, log.Tokens, new AuditMetrics(), TimeProvider.System, logger);
        Assert.False(await indexer.IndexNext(default));
        Assert.Equal((0, 5L), (indexer.Behind, await log.Scalar<long>("SELECT size FROM audit.indexed")));
        Assert.Equal(["damaged", "DataCreated", "damaged", "DataCreated", "damaged"], await log.Scalar<string[]>("SELECT array_agg(type ORDER BY index) FROM audit.search"));
        Assert.Equal(3, logger.Messages.Count(message => message.Level == LogLevel.Critical));
        Assert.NotEqual(LogVerdict.Valid, (await log.Verify()).Verdict);

        var search = new AuditSearch(log.Database, new IndexedLog(log.Database, TimeProvider.System), log.Keys, log.Tokens);
        var (items, _, _, _) = await search.Find(new() { Tenant = null, Type = "damaged" }, null, 50, default);
        Assert.Equal([(4L, AuditItem.EntryDamaged), (2L, AuditItem.EntryDamaged), (0L, AuditItem.EntryDamaged)], items.Select(item => (item.Index, item.Damaged)));
    }

    [Fact]
    public async Task How_far_and_how_long_the_index_is_behind_is_known_while_it_fails_and_degrades_health()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(10);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var indexer = new SearchIndexer(log.Database, log.Keys, log.Tokens, new AuditMetrics(), time, NullLogger<SearchIndexer>.Instance);
        await using var appender = log.Appender();
        using var signer = log.CheckpointSigner();
        await using var followers = new NumberFollowers(log);
        var health = new AuditHealth(appender, signer, indexer, followers.Start(), Options.Create(log.Options));
        await indexer.IndexNext(default);
        await log.Tamper("CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''injected'' USING ERRCODE = ''53100''; END'; CREATE TRIGGER fail BEFORE INSERT ON audit.search FOR EACH ROW EXECUTE FUNCTION public.fail()");
        await Expect(0, HealthStatus.Healthy);

        log.Store().Append([.. Enumerable.Range(10, 5).Select(i => log.Sealer.Prepare(TestLog.Message(i)))], default);
        await Assert.ThrowsAsync<PostgresException>(() => indexer.IndexNext(default));
        await Expect(5, HealthStatus.Healthy);

        time.Advance(TimeSpan.FromSeconds(61));
        log.Store().Append([.. Enumerable.Range(15, 5).Select(i => log.Sealer.Prepare(TestLog.Message(i)))], default);
        await Assert.ThrowsAsync<PostgresException>(() => indexer.IndexNext(default));
        await Expect(10, HealthStatus.Degraded);

        await log.Tamper("DROP TRIGGER fail ON audit.search");
        await indexer.IndexNext(default);
        await Expect(0, HealthStatus.Healthy);

        async Task Expect(long behind, HealthStatus status) =>
            Assert.Equal((behind, status), (indexer.Behind, (await health.CheckHealthAsync(new HealthCheckContext())).Status));
    }

    private sealed class FakeLogger<T> : ILogger<T>
    {
        public List<(LogLevel Level, string Text)> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add((logLevel, formatter(state, exception)));
    }
}
