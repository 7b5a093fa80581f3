using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;
using Sovereignty.AuditService.Diagnostics;
using Sovereignty.AuditService.Indexing;
using Sovereignty.AuditService.Numbering;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts.Audit;
using Sovereignty.Testing;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class NumberFollowerTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly TimeSpan Grace = SourceNumbers.DefaultGrace;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private TestLog _log = null!;
    private NumberFollowers _followers = null!;

    public async Task InitializeAsync()
    {
        _log = await TestLog.Create(server);
        _followers = new(_log);
    }

    public async Task DisposeAsync()
    {
        await _followers.DisposeAsync();
        await _log.DisposeAsync();
    }

    [Fact]
    public async Task A_number_that_stays_away_is_told_once_and_one_that_comes_late_is_seen_to_have_come()
    {
        var follower = _followers.Start();
        _followers.Time.Advance(TimeSpan.FromHours(1));
        var start = _followers.Time.GetUtcNow();
        _followers.Append("region-service", 1, 2, 3);
        _followers.Append("policy-service", 1, 2, 5, 6, 8);
        _followers.Append("access-service", 1, 3);
        await Follow(follower);

        // What comes within the grace was only on its way.
        _followers.Time.Advance(Grace - Second);
        _followers.Append("access-service", 2);
        await Follow(follower);
        Assert.Empty(await Missing());

        _followers.Time.Advance(2 * Second);
        await Follow(follower);
        var alarm = Assert.Single(await Missing());
        Assert.Equal(("policy-service", 3, 7, 3, start, 5), (alarm.Source, alarm.First, alarm.Last, alarm.Count, alarm.Since, alarm.ShownBy));
        Assert.Equal(("audit-service", null), (alarm.Actor.Subject, alarm.TenantId));
        Assert.Equal((0, 3, 0), (follower.Missing["region-service"], follower.Missing["policy-service"], follower.Missing["access-service"]));

        _followers.Time.Advance(TimeSpan.FromHours(1));
        var restarted = _followers.Start();
        _followers.Time.Advance(Grace + Second);
        await Follow(restarted);
        Assert.Equal(3, restarted.Missing["policy-service"]);

        _followers.Append("policy-service", 7, 3);
        await Follow(restarted);
        Assert.Equal((1, 1), (restarted.Missing["policy-service"], await _log.Count("missing_numbers")));
        _followers.Append("policy-service", 4);
        await Follow(restarted);
        Assert.Equal((0, 0), (restarted.Missing["policy-service"], await _log.Count("missing_numbers")));
        Assert.Single(await Missing());
        Assert.Empty(await _followers.Alarms<NumbersRepeated>());
    }

    [Fact]
    public async Task What_may_still_wait_at_the_broker_is_not_told()
    {
        _followers.Append("policy-service", 1, 3);
        _followers.Time.Advance(TimeSpan.FromHours(1));
        var follower = _followers.Start();
        await Follow(follower);
        _followers.Time.Advance(Grace);
        await Follow(follower);
        Assert.Empty(await Missing());

        _followers.HearsTheBroker = false;
        _followers.Time.Advance(Second);
        await Follow(follower);
        _followers.HearsTheBroker = true;
        _followers.Time.Advance(Grace);
        await Follow(follower);
        Assert.Empty(await Missing());

        _followers.Time.Advance(Second);
        _followers.Debt = 2 * Second;
        await Follow(follower);
        Assert.Empty(await Missing());

        _followers.Debt = TimeSpan.Zero;
        await Follow(follower);
        Assert.Single(await Missing());
    }

    [Fact]
    public async Task Several_instances_that_come_and_go_tell_once_and_know_the_same_as_one()
    {
        var random = new Random(7);
        var numbers = Enumerable.Range(1, 300).Where(number => number % 50 != 0).ToArray();
        random.Shuffle(numbers);
        var running = Enumerable.Range(0, 3).Select(_ => _followers.Start(chunkSize: 7)).ToList();
        foreach (var part in numbers.Chunk(100))
        {
            _followers.Append("policy-service", part);
            await Task.WhenAll(running.Select(follower => FollowFor(follower, rounds: random.Next(1, 6))));
            running[0] = _followers.Start(chunkSize: 7);
        }

        _followers.Append("policy-service", 301);
        _followers.Time.Advance(Grace + Second);
        await Task.WhenAll(running.Select(FollowToTheEnd));

        var alarm = Assert.Single(await Missing());
        Assert.Equal((50, 300, 6), (alarm.First, alarm.Last, alarm.Count));
        await Task.WhenAll(running.Select(Follow));
        Assert.All(running, follower => Assert.Equal(6, follower.Missing["policy-service"]));
        var rows = await _log.Scalar<long[]>("SELECT array_agg(first ORDER BY first) FROM audit.missing_numbers WHERE first = last");
        Assert.Equal([50, 100, 150, 200, 250, 300], rows);
        Assert.Empty(await _followers.Alarms<NumbersRepeated>());
    }

    [Fact]
    public async Task The_alarm_and_that_it_was_told_are_committed_together_or_not_at_all()
    {
        var follower = _followers.Start();
        _followers.Append("policy-service", 1, 4);
        await Follow(follower);
        _followers.Time.Advance(Grace + Second);
        await _log.Tamper("CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''injected'' USING ERRCODE = ''53100''; END'; CREATE TRIGGER fail BEFORE INSERT ON messaging.outbox FOR EACH ROW EXECUTE FUNCTION public.fail()");
        await Assert.ThrowsAsync<PostgresException>(() => follower.FollowNext(default));
        Assert.Equal((0, 0), (await _log.Scalar<long>("SELECT told_up_to FROM audit.source_numbers"), follower.Missing["policy-service"]));

        _followers.Append("policy-service", 5);
        await Assert.ThrowsAsync<PostgresException>(() => follower.FollowNext(default));
        _followers.Time.Advance(2 * Second);
        await Assert.ThrowsAsync<PostgresException>(() => follower.FollowNext(default));
        Assert.Equal(2 * Second, follower.StandsStillFor);

        await _log.Tamper("DROP TRIGGER fail ON messaging.outbox");
        await Follow(follower);
        Assert.Equal(TimeSpan.Zero, follower.StandsStillFor);
        await Follow(_followers.Start());
        Assert.Single(await Missing());
        Assert.Equal(3, await _log.Scalar<long>("SELECT told_up_to FROM audit.source_numbers"));
    }

    [Fact]
    public async Task A_service_that_was_set_back_to_a_backup_is_told_of_once()
    {
        var follower = _followers.Start(chunkSize: 3);
        _followers.Append("policy-service", Enumerable.Range(1, 10));
        await FollowToTheEnd(follower);
        var before = TestLog.Message(1, id: "again") with { Source = "policy-service", Number = 11, ReceivedAt = _followers.Time.GetUtcNow() };
        _log.Store().Append([_log.Sealer.Prepare(before)], default);
        _log.Store().Append([_log.Sealer.Prepare(before)], default);
        await FollowToTheEnd(follower);
        Assert.Empty(await _followers.Alarms<NumbersRepeated>());

        _followers.Time.Advance(TimeSpan.FromHours(1));
        _followers.Append("policy-service", 5, 6, 7);
        await FollowToTheEnd(follower);
        _followers.Time.Advance(TimeSpan.FromHours(1));
        _followers.Append("policy-service", Enumerable.Range(8, 6));
        await FollowToTheEnd(_followers.Start(chunkSize: 3));

        var alarm = Assert.Single(await _followers.Alarms<NumbersRepeated>());
        Assert.Equal(("policy-service", 5, 11, 11), (alarm.Source, alarm.Number, alarm.Highest, alarm.ShownBy));
        Assert.Empty(await Missing());
    }

    [Fact]
    public async Task It_follows_by_itself_and_metrics_and_health_tell_and_the_alarm_is_an_entry_like_any_other()
    {
        using var follower = _followers.Start();
        await using var appender = _log.Appender();
        using var signer = _log.CheckpointSigner();
        using var indexer = new SearchIndexer(_log.Database, _log.Keys, _log.Tokens, new AuditMetrics(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<SearchIndexer>.Instance);
        var health = new AuditHealth(appender, signer, indexer, follower, Options.Create(_log.Options));
        _followers.Append("policy-service", 2, 3);
        await follower.StartAsync(default);
        await Eventually.True(() => follower.Missing.ContainsKey("policy-service"), "the log is followed");
        _followers.Time.Advance(Grace + Second);
        await Eventually.True(() => follower.Missing["policy-service"] == 1, "the alarm is told");
        await follower.StopAsync(default);

        var measured = new List<(long, object?)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, own) => own.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (instrument.Name == "audit.numbers.missing")
            {
                measured.Add((value, tags.ToArray().Single(tag => tag.Key == "source").Value));
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Contains((1L, "policy-service"), measured);
        var told = await health.CheckHealthAsync(new HealthCheckContext());
        Assert.Equal(HealthStatus.Healthy, told.Status);
        Assert.Contains("1 numbers of policy-service are missing", told.Description, StringComparison.Ordinal);

        _log.Store().Append([_log.Sealer.Prepare(await AsSent())], default);
        var entry = LogEntry.Read(await _log.Scalar<byte[]>("SELECT entry FROM audit.entries WHERE index = 2"))!;
        Assert.Equal(("Sovereignty.Contracts.Audit:NumbersMissing", null, "audit-service"), (entry.Type, entry.Malformed, entry.Source));
    }

    private async Task<ReceivedMessage> AsSent() => new()
    {
        Body = await _log.Scalar<byte[]>("SELECT body FROM messaging.outbox"),
        MessageId = (await _log.Scalar<Guid>("SELECT message_id FROM messaging.outbox")).ToString(),
        ContentType = "application/vnd.masstransit+json",
        Source = "audit-service",
        Number = 1,
        ReceivedAt = _followers.Time.GetUtcNow(),
    };

    private Task<List<NumbersMissing>> Missing() => _followers.Alarms<NumbersMissing>();

    private static async Task Follow(NumberFollower follower) => Assert.False(await follower.FollowNext(default));

    private static async Task FollowFor(NumberFollower follower, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            await follower.FollowNext(default);
        }
    }

    private Task FollowToTheEnd(NumberFollower follower) => Eventually.True(
        async () => !await follower.FollowNext(default) && await _log.Scalar<bool>("SELECT n.size = h.size FROM audit.numbered AS n, audit.head AS h"), "the end of the log is reached");
}
