using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using RabbitMQ.Client;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Audit;
using Sovereignty.Contracts.Data;
using Sovereignty.Messaging;
using Sovereignty.Testing;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class AppendTests(PostgresServer server)
{
    [Fact]
    public async Task Entries_get_indexes_without_gaps_and_the_log_verifies()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(1_300);
        await log.CheckpointSigner().Sign(default);

        var report = await log.Verify();

        Assert.Empty(report.Findings);
        Assert.Equal((LogVerdict.Valid, 1_300L, 1_300L, 2L), (report.Verdict, report.Entries, report.BodiesOpened, report.Checkpoints));
        Assert.Equal(5, await log.Count("tiles"));
    }

    [Fact]
    public async Task An_empty_log_verifies()
    {
        await using var log = await TestLog.Create(server);
        await log.CheckpointSigner().Sign(default);
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    [Fact]
    public async Task The_same_message_again_is_one_entry()
    {
        await using var log = await TestLog.Create(server);
        var store = log.Store();
        var first = store.Append([log.Sealer.Prepare(TestLog.Message(1)), log.Sealer.Prepare(TestLog.Message(2)), log.Sealer.Prepare(TestLog.Message(1))], default);
        var second = log.Store().Append([log.Sealer.Prepare(TestLog.Message(2))], default);

        Assert.Equal([new(AppendResult.Stored, 0), new(AppendResult.Stored, 1), new(AppendResult.Duplicate, 0)], first);
        Assert.Equal([new(AppendResult.Duplicate, 1)], second);
        Assert.Equal(2, await log.Count("entries"));
    }

    [Fact]
    public async Task The_same_message_id_with_other_bytes_is_kept_and_raises_an_alarm_once()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(3);
        var impostor = TestLog.Message(99, id: "acme-1");

        var first = log.Store().Append([log.Sealer.Prepare(impostor)], default);
        var again = log.Store().Append([log.Sealer.Prepare(impostor)], default);

        Assert.Equal([new(AppendResult.Conflict, 3)], first);
        Assert.Equal([new(AppendResult.Duplicate, 3)], again);
        var alarm = LogEntry.Read(await log.Scalar<byte[]>("SELECT entry FROM audit.entries WHERE index = 4"))!;
        Assert.Equal($"Sovereignty.Contracts.Audit:{nameof(MessageIdConflict)}", alarm.Type);
        using var cipher = SealedBody.Cipher(log.Keys.Find(alarm.KeyId)!);
        var body = Encoding.UTF8.GetString(SealedBody.Open(cipher, await log.Scalar<byte[]>("SELECT sealed FROM audit.entries WHERE index = 4"), alarm.Commitment)!);
        Assert.Contains("\"conflictingMessageId\":\"acme-1\",\"firstIndex\":1", body);
        Assert.Contains(Convert.ToHexStringLower(log.Tokens.Body(impostor.Body.Span)), body);
        Assert.DoesNotContain(Convert.ToHexStringLower(SHA256.HashData(impostor.Body.Span)), body);
        Assert.NotEqual(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"message-id-conflict\nacme-1\n{Convert.ToHexStringLower(SHA256.HashData(impostor.Body.Span))}")).AsSpan(0, 16)).ToString(), alarm.Id);
        Assert.Equal(5, await log.Count("entries"));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    [Fact]
    public async Task Instances_that_append_at_once_share_one_log_without_gaps_or_doubles()
    {
        await using var log = await TestLog.Create(server);
        var appenders = Enumerable.Range(0, 3).Select(_ => log.Appender(batchSize: 40)).ToArray();
        var messages = Enumerable.Range(0, 600).Select(i => TestLog.Message(i)).ToArray();

        // Each message comes to two of the three instances.
        var outcomes = await Task.WhenAll(appenders.SelectMany((appender, number) =>
            messages.Where((_, i) => i % 3 != number).Select(message => appender.Append(message, default))));
        foreach (var appender in appenders)
        {
            await appender.DisposeAsync();
        }

        Assert.Equal(600, outcomes.Count(outcome => outcome.Result == AppendResult.Stored));
        Assert.Equal(600, outcomes.Count(outcome => outcome.Result == AppendResult.Duplicate));
        Assert.Equal(Enumerable.Range(0, 600).Select(i => (long)i), outcomes.Where(outcome => outcome.Result == AppendResult.Stored).Select(outcome => outcome.Index).Order());
        var report = await log.Verify();
        Assert.Equal((LogVerdict.Valid, 600L), (report.Verdict, report.Entries));
    }

    [Theory]
    [InlineData("entries")]
    [InlineData("messages")]
    [InlineData("tiles")]
    [InlineData("head")]
    public async Task A_write_that_fails_leaves_nothing_behind_and_the_next_try_succeeds(string table)
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(300);
        await log.Tamper($"CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''injected'' USING ERRCODE = ''53100''; END'; CREATE TRIGGER fail BEFORE INSERT OR UPDATE ON audit.{table} FOR EACH ROW EXECUTE FUNCTION public.fail()");
        var store = log.Store();
        var batch = Enumerable.Range(300, 300).Select(i => log.Sealer.Prepare(TestLog.Message(i))).ToArray();

        Assert.Equal("53100", Assert.Throws<PostgresException>(() => store.Append(batch, default)).SqlState);
        Assert.Equal(300, await log.Count("entries"));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);

        await log.Tamper($"DROP TRIGGER fail ON audit.{table}");
        Assert.Equal(300, (store.Append(batch, default))[0].Index);
        var report = await log.Verify();
        Assert.Equal((LogVerdict.Valid, 600L), (report.Verdict, report.Entries));
    }

    [Fact]
    public async Task While_the_database_is_down_messages_wait_and_none_is_lost_or_doubled()
    {
        await using var log = await TestLog.Create(server);
        await using var appender = log.Appender(batchSize: 50);
        var before = Enumerable.Range(0, 400).Select(i => appender.Append(TestLog.Message(i), default)).ToArray();
        await before[0];
        await server.Crash();
        var after = Enumerable.Range(400, 100).Select(i => appender.Append(TestLog.Message(i), default)).ToArray();
        Assert.True(appender.Debt > TimeSpan.Zero);
        Assert.False(after[^1].IsCompleted);
        await server.Start();

        var outcomes = await Task.WhenAll([.. before, .. after]);

        // A commit whose answer was lost in the crash comes back as a duplicate of itself.
        Assert.Equal(500, outcomes.Select(outcome => outcome.Index).Distinct().Count());
        Assert.Equal(TimeSpan.Zero, appender.Debt);
        var report = await log.Verify();
        Assert.Equal((LogVerdict.Valid, 500L), (report.Verdict, report.Entries));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task Debt_counts_from_when_a_service_published_a_message_or_it_came_here_whatever_the_event_says(int? hoursInTheQueue)
    {
        await using var log = await TestLog.Create(server);
        await using var appender = log.Appender();
        await using var connection = await log.Superuser.OpenConnectionAsync();
        await using var holding = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("SELECT 1 FROM audit.head FOR UPDATE", connection);
        await hold.ExecuteScalarAsync();

        var now = TimeProvider.System.GetUtcNow();
        var old = TestLog.Message(1) with { ReceivedAt = now, PublishedAt = now - (hoursInTheQueue is { } hours ? TimeSpan.FromHours(hours) : null) };
        var waiting = appender.Append(old, default);
        var limit = Stopwatch.StartNew();
        while (appender.Debt == TimeSpan.Zero && limit.Elapsed < TimeSpan.FromSeconds(10))
        {
            await Task.Yield();
        }

        // What it tells of happened on the first of January 2026.
        var queued = TimeSpan.FromHours(hoursInTheQueue ?? 0);
        Assert.InRange(appender.Debt, queued + TimeSpan.FromTicks(1), queued + TimeSpan.FromMinutes(30));
        await holding.RollbackAsync();
        await waiting;
        Assert.Equal(TimeSpan.Zero, appender.Debt);
    }

    [Fact]
    public async Task A_message_that_is_given_back_while_it_waits_for_its_key_is_no_debt_any_more()
    {
        await using var log = await TestLog.Create(server);
        await using var appender = log.Appender();
        var key = Path.Combine(log.Options.KeyFolder, new KeyStore(log.Options.KeyFolder, log.Master, TimeProvider.System).ForSubject("acme", "sovereignty", "platform-service").Id);
        await File.WriteAllBytesAsync(key, [1, 2, 3]);

        using var connection = new CancellationTokenSource();
        var waiting = appender.Append(TestLog.Message(1), connection.Token);
        Assert.True(appender.Debt > TimeSpan.Zero);
        await connection.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(TimeSpan.Zero, appender.Debt);
    }

    [Theory]
    [InlineData("region-service", 1_767_225_600L, 0)]
    [InlineData("region-service", 1_767_225_540L, 60)]
    [InlineData("region-service", 9_000_000_000L, 0)]
    [InlineData("region-service", -62_135_596_801L, 1_767_225_600)]
    [InlineData("region-service", long.MinValue, 1_767_225_600)]
    [InlineData("region-service", null, 0)]
    [InlineData("platform-service", 1_767_225_540L, 0)]
    public void The_clocks_of_the_platforms_own_services_alone_say_since_when_a_message_waits(string user, long? published, int waited)
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var properties = new BasicProperties { UserId = user };
        if (published is { } seconds)
        {
            properties.Timestamp = new(seconds);
        }

        var message = AuditFilter.Read(properties, new BrokerIdentity("audit-service"), "{}"u8.ToArray(), now);

        Assert.Equal(TimeSpan.FromSeconds(waited), now - message.WaitsSince);
    }

    [Fact]
    public async Task A_message_with_null_characters_is_stored_and_found()
    {
        await using var log = await TestLog.Create(server);
        await using var appender = log.Appender();
        var message = TestLog.Message(
            new DataCreated
            {
                OccurredAt = DateTimeOffset.UnixEpoch,
                TenantId = "acme",
                Actor = Actor.Service("ja\0ne"),
                DataId = "da\0ta",
                DataType = "pay\0ment",
                Classification = "trans\0actional",
                PrimaryRegion = "eu\0central",
                ReplicaRegions = ["eu\0west", "eu-west-1"],
            },
            "nul-1");
        var stored = await appender.Append(message, default);
        var ofNoTenant = await appender.Append(TestLog.Message(2, tenant: "ac\0me", id: "nul-2"), default);

        Assert.Equal((AppendResult.Stored, AppendResult.Stored), (stored.Result, ofNoTenant.Result));
        await log.Index();
        Assert.Equal(["eu-west-1"], await log.Scalar<string[]>("SELECT regions FROM audit.search WHERE index = 0"));
        Assert.Equal(log.Tokens.Data("acme", "da\0ta"), await log.Scalar<Guid>("SELECT data_token FROM audit.search WHERE index = 0"));
        Assert.Equal("field-invalid", LogEntry.Read(await log.Scalar<byte[]>("SELECT entry FROM audit.entries WHERE index = 1"))!.Malformed);
        var report = await log.Verify();
        Assert.Equal((LogVerdict.Valid, 2L), (report.Verdict, report.BodiesOpened));
    }

    [Fact]
    public async Task A_damaged_key_of_alarms_stops_no_append()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(3);
        log.Store().Append([log.Sealer.Prepare(TestLog.Message(99, id: "acme-1"))], default);
        var key = LogEntry.Read(await log.Scalar<byte[]>("SELECT entry FROM audit.entries WHERE index = 4"))!.KeyId;
        File.WriteAllText(Path.Combine(log.Options.KeyFolder, key), "damaged");
        var sealer = new EntrySealer(new KeyStore(log.Options.KeyFolder, MasterKey.Parse(log.Options.MasterKey), TimeProvider.System), log.Tokens);

        var outcomes = new LogStore(log.Append, sealer, TimeProvider.System).Append([sealer.Prepare(TestLog.Message(98, id: "acme-2")), sealer.Prepare(TestLog.Message(4))], default);

        Assert.Equal([new(AppendResult.Conflict, 5), new(AppendResult.Stored, 7)], outcomes);
        Assert.NotEqual(key, LogEntry.Read(await log.Scalar<byte[]>("SELECT entry FROM audit.entries WHERE index = 6"))!.KeyId);
    }

    [Fact]
    public async Task Who_reads_the_whole_log_holds_up_a_new_partition_and_nothing_else()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(1);
        await using var connection = await log.Superuser.OpenConnectionAsync();
        await using var reading = await connection.BeginTransactionAsync();
        await using var read = new NpgsqlCommand("SELECT count(*) FROM audit.entries", connection);
        await read.ExecuteScalarAsync();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => TestLog.Execute(log.Append, "SELECT audit.ensure_partitions(5 * 1048576)"));
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, refused.SqlState);
        Assert.Equal(AppendResult.Stored, log.Store().Append([log.Sealer.Prepare(TestLog.Message(2))], default)[0].Result);
    }

    [Fact]
    public async Task Messages_that_come_again_are_looked_up_and_the_list_is_not_read_from_end_to_end()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(2_000);
        await log.AppendMessages(2_000);
        Assert.Equal(2_000, await log.Count("entries"));

        // The statistics are told when the connection ends. Each message looked up is a scan.
        log.Append.Clear();
        await Eventually.True(
            async () => await log.Scalar<long>("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'messages_pkey' AND schemaname = 'audit'") >= 2_000,
            "the scans are told");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_comes_twice_or_under_an_id_of_another_is_kept_as_a_naive_list_says(int seed)
    {
        await using var log = await TestLog.Create(server);
        var random = new Random(seed);
        var listed = new List<(string Id, int Body)>();
        var size = 0L;
        for (var batch = 0; batch < 40; batch++)
        {
            // A few ids, one of them no uuid, with a few bodies each: news, repetitions, conflicts, within a batch and across.
            var messages = Enumerable.Range(0, random.Next(1, 20)).Select(_ => (Id: random.Next(60) is var id && id % 3 == 0 ? $"id-{id}" : $"08df49bb-6fbc-6aef-e53e-{id:x12}", Body: random.Next(1, 4))).ToList();
            var outcomes = log.Store().Append([.. messages.Select(message => log.Sealer.Prepare(TestLog.Message(message.Body, id: message.Id)))], default);

            foreach (var (message, outcome) in messages.Zip(outcomes))
            {
                var expected = listed.Contains(message) ? AppendResult.Duplicate : listed.Exists(known => known.Id == message.Id) ? AppendResult.Conflict : AppendResult.Stored;
                Assert.Equal(expected, outcome.Result);
                if (expected == AppendResult.Duplicate)
                {
                    Assert.Equal(message.Id, LogEntry.Read(await log.Scalar<byte[]>($"SELECT entry FROM audit.entries WHERE index = {outcome.Index}"))!.Id);
                    continue;
                }

                Assert.Equal(size, outcome.Index);
                listed.Add(message);
                size += expected == AppendResult.Conflict ? 2 : 1;
            }
        }

        Assert.Equal(listed.Count - listed.Select(message => message.Id).Distinct().Count(), await log.Count("conflicts"));
        var report = await log.Verify();
        Assert.Equal((LogVerdict.Valid, size), (report.Verdict, report.Entries));
    }

    [Theory]
    [InlineData("08df49bb-6fbc-6aef-e53e-4e2f82150000", true)]
    [InlineData("08DF49BB-6fbc-6aef-e53e-4e2f82150000", false)]
    [InlineData("{08df49bb-6fbc-6aef-e53e-4e2f82150000}", false)]
    [InlineData("08df49bb6fbc6aefe53e4e2f82150000", false)]
    [InlineData(" 08df49bb-6fbc-6aef-e53e-4e2f82150000", false)]
    [InlineData("08df49bb-6fbc-6aef-e53e-4e2f82150000 ", false)]
    [InlineData("+8df49bb-6fbc-6aef-e53e-4e2f82150000", false)]
    [InlineData("0x8df49b-6fbc-6aef-e53e-4e2f82150000", false)]
    [InlineData("acme-1", false)]
    [InlineData("größer", false)]
    public async Task A_message_id_has_the_same_key_here_and_in_the_database_and_no_other_id_has_it(string id, bool itself)
    {
        await using var log = await TestLog.Create(server);

        Assert.Equal(MessageKey.OfId(id), await log.Scalar<Guid>($"SELECT audit.message_key('{id}')"));
        Assert.Equal(itself, MessageKey.OfId(id).ToString() == id);
        Assert.Equal(itself, MessageKey.OfId(id) == MessageKey.OfId("08df49bb-6fbc-6aef-e53e-4e2f82150000"));
    }

    [Fact]
    public async Task A_restart_resumes_at_every_size()
    {
        await using var log = await TestLog.Create(server);
        var size = 0;
        foreach (var count in new[] { 1, 1, 253, 1, 1, 254, 1, 600 })
        {
            await log.AppendMessages(count, from: size);
            size += count;
            await log.CheckpointSigner().Sign(default);
        }

        var report = await log.Verify();
        Assert.Empty(report.Findings);
        Assert.Equal((1_112L, 16L), (report.Entries, report.Checkpoints));
    }

    [Fact]
    public async Task Nothing_is_appended_to_a_log_that_is_damaged()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(10);
        await log.Tamper("UPDATE audit.entries SET leaf_hash = sha256('other') WHERE index = 7");

        await Assert.ThrowsAsync<InvalidDataException>(() => log.AppendMessages(1, from: 10));
        Assert.Equal(10, await log.Count("entries"));
    }

    [Fact]
    public async Task What_no_reader_foresaw_in_a_message_makes_it_malformed_and_does_not_bring_it_back_for_ever()
    {
        await using var log = await TestLog.Create(server);
        await using var appender = log.Appender();
        var properties = new BasicProperties { UserId = "region-service", Headers = new Dictionary<string, object?>(new Incomparable()) { [""] = null } };
        using var body = new Unreadable("[]"u8.ToArray(), times: 1);

        var noProperties = AuditFilter.Read(properties, new BrokerIdentity("audit-service"), "{}"u8.ToArray(), DateTimeOffset.UnixEpoch.AddYears(56));
        Assert.Equal(EventReader.PropertiesInvalid, await Reason(noProperties));
        Assert.Equal(EventReader.Unreadable, await Reason(TestLog.Message(1) with { Body = body.Memory }));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);

        async Task<string?> Reason(ReceivedMessage message)
        {
            var outcome = await appender.Append(message, default);
            return LogEntry.Read(await log.Scalar<byte[]>($"SELECT entry FROM audit.entries WHERE index = {outcome.Index}"))!.Malformed;
        }
    }

    [Fact]
    public async Task What_cannot_be_sealed_for_a_reason_nobody_foresaw_is_given_back_and_stops_no_other()
    {
        await using var log = await TestLog.Create(server);
        await using var appender = log.Appender();
        await appender.Append(TestLog.Raw("not json"), default);
        using var body = new Unreadable("[]"u8.ToArray(), times: 1_000);

        await Assert.ThrowsAsync<NotSupportedException>(() => appender.Append(TestLog.Message(2, tenant: null) with { Body = body.Memory }, default));
        Assert.Equal(AppendResult.Stored, (await appender.Append(TestLog.Message(3), default).WaitAsync(TimeSpan.FromSeconds(30))).Result);
        Assert.Equal(TimeSpan.Zero, appender.Debt);
    }

    [Theory]
    [InlineData("not json", "m-1", "m-1", "json-invalid")]
    [InlineData("""{"messageType":["urn:message:A:B"],"message":{}}""", null, "hmac-sha256:", "message-id-missing")]
    [InlineData("""{"messageId":"m-2","message":{}}""", null, "m-2", "type-missing")]
    [InlineData("""{"messageId":"m-3","messageType":["urn:message:A:B"],"message":{"tenantId":"a\u0000b"}}""", null, "m-3", "field-invalid")]
    [InlineData("""{"messageId":"m-4","messageType":["urn:message:A:B"],"message":{"tenantId":"\ud800"}}""", "m-4", "m-4", "field-invalid")]
    [InlineData("", "m-5", "m-5", "json-invalid")]
    public async Task A_message_that_cannot_be_read_is_an_entry_with_its_bytes_and_the_reason(string body, string? id, string entryId, string reason)
    {
        await using var log = await TestLog.Create(server);
        await using var appender = log.Appender();

        var outcomes = await Task.WhenAll(appender.Append(TestLog.Message(1), default), appender.Append(TestLog.Raw(body, id), default), appender.Append(TestLog.Message(2), default));

        var entry = LogEntry.Read(await log.Scalar<byte[]>($"SELECT entry FROM audit.entries WHERE index = {outcomes[1].Index}"))!;
        Assert.Equal((LogEntry.MalformedType, reason), (entry.Type, entry.Malformed));
        Assert.StartsWith(entryId, entry.Id);
        Assert.DoesNotContain(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))), entry.Id);
        using var cipher = SealedBody.Cipher(log.Keys.Find(entry.KeyId)!);
        Assert.Equal(body, Encoding.UTF8.GetString(SealedBody.Open(cipher, await log.Scalar<byte[]>($"SELECT sealed FROM audit.entries WHERE index = {outcomes[1].Index}"), entry.Commitment)!));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    [Fact]
    public async Task A_message_of_a_megabyte_is_kept_whole()
    {
        await using var log = await TestLog.Create(server);
        await using var appender = log.Appender();
        var message = TestLog.Message(1) with { Body = Encoding.UTF8.GetBytes("""{"messageId":"big","messageType":["urn:message:A:B"],"message":{"text":"LONG"}}""".Replace("LONG", new string('x', 1_000_000))) };
        await appender.Append(message, default);
        Assert.True(await log.Scalar<int>("SELECT octet_length(sealed) FROM audit.entries") > 1_000_000);
        Assert.Equal(1, (await log.Verify()).BodiesOpened);
    }

    [Fact]
    public async Task Nothing_of_a_person_is_in_the_database_in_the_clear()
    {
        await using var log = await TestLog.Create(server);
        await using var appender = log.Appender();
        await appender.Append(TestLog.Message(4711, subject: "jane.doe"), default);
        foreach (var (table, columns) in new[] { ("entries", "entry"), ("entries", "sealed"), ("search", "convert_to(search::text, 'UTF8')"), ("messages", "convert_to(messages::text, 'UTF8')") })
        {
            var found = await log.Scalar<long>($"SELECT count(*) FROM audit.{table} WHERE position('jane.doe'::bytea IN {columns}) > 0 OR position('data-4711'::bytea IN {columns}) > 0");
            Assert.Equal(0, found);
        }

        Assert.Equal(1, await log.Scalar<long>("SELECT count(*) FROM audit.entries WHERE position('acme'::bytea IN entry) > 0"));
    }

    private sealed class Incomparable : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => throw new NotSupportedException();

        public int GetHashCode(string obj) => 0;
    }

    private sealed class Unreadable(byte[] bytes, int times) : MemoryManager<byte>
    {
        private int _reads;

        // Memory itself asks for the length first.
        public override Span<byte> GetSpan() => ++_reads > 1 && _reads <= 1 + times ? throw new NotSupportedException() : bytes;

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
