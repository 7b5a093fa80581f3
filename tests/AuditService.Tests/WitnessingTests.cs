using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sovereignty.AuditService.Witnessing;
using Sovereignty.Contracts.Audit;
using Sovereignty.Testing;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class WitnessingTests(PostgresServer server) : IAsyncLifetime
{
    private readonly ConcurrentQueue<CheckpointRefused> _alarms = [];
    private readonly ShiftedTime _time = new();
    private TestLog _log = null!;
    private Witnesses _witnesses = null!;

    public async Task InitializeAsync()
    {
        _log = await TestLog.Create(server);
        _witnesses = await Witnesses.Start(_log);
    }

    public async Task DisposeAsync()
    {
        await _witnesses.DisposeAsync();
        await _log.DisposeAsync();
    }

    [Fact]
    public async Task A_checkpoint_is_served_when_its_quorum_is_met_and_gains_every_cosignature()
    {
        await using var service = await Start();
        var client = service.Client();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/audit/log/checkpoint")).StatusCode);

        // The sizes make proofs of several kinds.
        foreach (var size in new[] { 1, 300, 530 })
        {
            await Grow(size);
            var verdict = await Served(client, size, cosignatures: 3);
            Assert.Equal(["operator-1", "customer-1", "regulator-1"], verdict.Cosigned.Select(cosigned => cosigned.Witness.Name));
        }

        Assert.Equal(await File.ReadAllTextAsync(_log.Options.PolicyFile), await client.GetStringAsync("/audit/log/policy"));
        Assert.Equal(9, await _log.Count("cosignatures"));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_log.Options.EffectiveCheckpointFile)!, "*cosigned*"));
        Assert.Contains("\"audit-witnesses\":{\"status\":\"healthy\"", await Health(client), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task One_witness_away_costs_nothing_and_catches_up()
    {
        await _witnesses.Stop("regulator");
        await using var service = await Start();
        var client = service.Client();
        await Grow(20);
        await Served(client, 20, cosignatures: 2);
        await Grow(45);
        await Served(client, 45, cosignatures: 2);
        await Eventually.True(() => service.Get<CheckpointWitnessing>().Behind == TimeSpan.Zero, "the log is not ahead of its quorum");

        await _witnesses.Start("regulator");
        await Served(client, 45, cosignatures: 3);
    }

    [Fact]
    public async Task While_all_are_away_the_log_goes_on_and_the_last_checkpoint_with_quorum_is_served()
    {
        await using var service = await Start();
        var client = service.Client();
        await Grow(10);
        await Served(client, 10, cosignatures: 3);
        foreach (var jurisdiction in Witnesses.Jurisdictions)
        {
            await _witnesses.Stop(jurisdiction);
        }

        await Grow(700);
        await Eventually.True(async () => (await Health(client)).Contains("No quorum of witnesses", StringComparison.Ordinal), "health says that the quorum is missing");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);
        await Served(client, 10, cosignatures: 3);

        await _witnesses.Start("operator");
        await Eventually.True(() => service.Get<CheckpointWitnessing>().Witnesses[0].CosignedText is { } text && text.Split('\n')[1] == "700", "the operator's witness cosigned");
        await Served(client, 10, cosignatures: 3);

        await _witnesses.Start("customer");
        await Served(client, 700, cosignatures: 2);
        await Eventually.True(() => service.Get<CheckpointWitnessing>().Behind == TimeSpan.Zero, "the log is not ahead any more");
        Assert.Empty(_alarms);
    }

    [Fact]
    public async Task A_witness_that_never_answers_holds_up_neither_the_others_nor_the_log()
    {
        using var silent = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var policy = await File.ReadAllLinesAsync(_log.Options.PolicyFile);
        var line = Array.FindIndex(policy, text => text.StartsWith("witness regulator", StringComparison.Ordinal));
        policy[line] = string.Join(' ', policy[line].Split(' ')[..^1]) + $" http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";
        await File.WriteAllTextAsync(_log.Options.PolicyFile, string.Join('\n', policy) + "\n");

        await using var service = await Start();
        var client = service.Client();
        for (var size = 10; size < 60; size += 10)
        {
            await Grow(size);
            await Served(client, size, cosignatures: 2);
        }

        await Eventually.True(() => service.Get<CheckpointWitnessing>().Witnesses[2].Failure is not null, "the silent one is given up on");
    }

    [Fact]
    public async Task A_database_rolled_back_to_a_backup_is_refused_by_all_with_an_alarm_each_once()
    {
        await GrowAndBeCosigned(300);
        await Backup();
        await GrowAndBeCosigned(400);
        await RollBack();
        await using (var after = await Start())
        {
            await Eventually.True(() => _alarms.Count == 3, "three alarms");
            Assert.All(_alarms, alarm => Assert.Equal((300, 400, 409, _log.Options.Origin), (alarm.OfferedSize, alarm.HeldSize, alarm.Status, alarm.Log)));
            Assert.Equal(["customer", "operator", "regulator"], _alarms.Select(alarm => alarm.Jurisdiction).Order());
            using var health = await after.Client().GetAsync("/health");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
            Assert.Contains("rolled back to an old copy", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        // The same refusal after another start is no second alarm.
        await using (var again = await Start())
        {
            await Eventually.True(() => again.Get<CheckpointWitnessing>().Witnesses.All(witness => witness.Refusal is not null), "all refuse again");
            await Eventually.True(() => again.Get<CheckpointWitnessing>().Witnesses.All(witness => witness.Submission.IsCompleted), "all is said");
            Assert.Equal(3, _alarms.Count);
        }
    }

    [Fact]
    public async Task A_log_that_grew_another_way_from_a_backup_is_refused_as_a_fork_and_never_served()
    {
        await GrowAndBeCosigned(300);
        await Backup();
        await GrowAndBeCosigned(400);
        await RollBack();
        await Grow(450, from: 10_000);
        await using var after = await Start();
        await Eventually.True(() => _alarms.Count == 3, "three alarms");
        Assert.All(_alarms, alarm => Assert.Equal((450, 400, 422), (alarm.OfferedSize, alarm.HeldSize, alarm.Status)));
        Assert.All(Witnesses.Jurisdictions, jurisdiction => Assert.Equal(1, _witnesses.Evidence(jurisdiction)));
        await Served(after.Client(), 300, cosignatures: 3);
    }

    [Fact]
    public async Task One_that_refuses_without_proof_is_seen_though_the_log_is_quiet_and_costs_nothing_while_the_others_make_the_quorum()
    {
        await using var service = await Start();
        var client = service.Client();
        await Grow(10);
        await Served(client, 10, cosignatures: 3);
        await using (await StartRefusing("regulator", shows: await client.GetStringAsync("/audit/log/checkpoint")))
        {
            Assert.Empty(_alarms);
            _time.Forward(TimeSpan.FromSeconds(61));
            await Eventually.True(() => _alarms.Count == 1, "the refusal raised its alarm");
            Assert.Equal(("regulator", 10, 422), (_alarms.Single().Jurisdiction, _alarms.Single().OfferedSize, _alarms.Single().Status));

            await Grow(20);
            await Served(client, 20, cosignatures: 2);
            await Eventually.True(async () => (await Health(client)).Contains("\"audit-witnesses\":{\"status\":\"degraded\"", StringComparison.OrdinalIgnoreCase), "health is degraded");
            Assert.Contains("shows no checkpoint of it that the log contradicts", await Health(client), StringComparison.Ordinal);

            await _witnesses.Stop("customer");
            await Grow(30);
            await Eventually.True(async () => (await client.GetAsync("/health")).StatusCode == HttpStatusCode.ServiceUnavailable, "without the quorum it is not ready");
            await _witnesses.Start("customer");
            await Served(client, 30, cosignatures: 2);
        }

        await _witnesses.Start("regulator");
        _time.Forward(TimeSpan.FromSeconds(61));
        await Served(client, 30, cosignatures: 3);
        await Eventually.True(async () => (await Health(client)).Contains("\"audit-witnesses\":{\"status\":\"healthy\"", StringComparison.OrdinalIgnoreCase), "health is as before");
    }

    [Fact]
    public async Task Cosignatures_forged_in_the_database_make_no_quorum()
    {
        await _witnesses.Stop("customer");
        await _witnesses.Stop("regulator");
        await using var service = await Start();
        await Grow(20);
        await Eventually.True(async () => await _log.Count("cosignatures") == 1, "the operator's witness cosigned");

        var forged = new NoteSignature(_witnesses.Key("customer").Name, _witnesses.Key("customer").KeyId, new byte[72]).ToLine();
        await _log.Tamper($"INSERT INTO audit.cosignatures VALUES (20, 'customer', '{forged}', now()); INSERT INTO audit.witnessed VALUES (20, now())");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.Client().GetAsync("/audit/log/checkpoint")).StatusCode);

        // What is not served is no quorum to health either.
        var longer = service.Get<CheckpointWitnessing>().Behind + TimeSpan.FromMilliseconds(500);
        await Eventually.True(() => service.Get<CheckpointWitnessing>().Behind > longer, "the log is still ahead");
        await Eventually.True(async () => (await Health(service.Client())).Contains("No quorum of witnesses", StringComparison.Ordinal), "health says that the quorum is missing");
    }

    [Fact]
    public async Task Checkpoints_that_the_log_did_not_sign_are_passed_over_until_there_are_too_many()
    {
        await using var service = await Start();
        var client = service.Client();
        await Grow(10);
        await Served(client, 10, cosignatures: 3);

        // Rubbish, and a good note under another size.
        await _log.Tamper("INSERT INTO audit.checkpoints VALUES (1000000, 'rubbish'); INSERT INTO audit.checkpoints SELECT 2000000, note FROM audit.checkpoints WHERE size = 10");
        await Grow(20);
        await Served(client, 20, cosignatures: 3);

        await _log.Tamper("INSERT INTO audit.checkpoints SELECT n, 'rubbish' FROM generate_series(3000000, 3000100) AS n");
        await Eventually.True(async () => (await Health(client)).Contains("No witness is asked", StringComparison.Ordinal), "health says that no witness is asked");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/health")).StatusCode);
    }

    [Fact]
    public async Task Sizes_without_a_checkpoint_are_neither_taken_nor_in_the_way()
    {
        await using var service = await Start();
        await Grow(10);
        await Served(service.Client(), 10, cosignatures: 3);
        foreach (var sql in new[] { "INSERT INTO audit.witnessed VALUES (11, now())", "INSERT INTO audit.cosignatures VALUES (11, 'x', 'x', now())" })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => TestLog.Execute(_log.Append, sql));
            Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, refused.SqlState);
        }

        await TestLog.Execute(_log.Superuser, "SET session_replication_role = replica; INSERT INTO audit.witnessed SELECT n, now() FROM generate_series(11, 200) AS n; RESET session_replication_role");
        await Served(service.Client(), 10, cosignatures: 3);
    }

    [Fact]
    public async Task Without_a_policy_file_the_newest_checkpoint_is_served_and_the_policy_asks_for_nobody()
    {
        _log.Options.PolicyFile = "";
        await using var service = await Start();
        await Grow(5);
        var client = service.Client();
        Assert.Equal("5", (await client.GetStringAsync("/audit/log/checkpoint")).Split('\n')[1]);
        await _log.Tamper("INSERT INTO audit.checkpoints VALUES (1000000, 'rubbish')");
        Assert.Equal("5", (await client.GetStringAsync("/audit/log/checkpoint")).Split('\n')[1]);
        await _log.Tamper("UPDATE audit.checkpoints SET note = 'rubbish' WHERE size = 5");
        foreach (var (path, code) in new[] { ("/audit/log/checkpoint", "checkpoint-damaged"), ("/access/audit/report", "log-damaged") })
        {
            using var damaged = await service.Client("compliance-officer", "acme").GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, damaged.StatusCode);
            Assert.Contains($"\"{code}\"", await damaged.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Equal($"log {_log.Signer.Verifier}\nquorum none\n", await client.GetStringAsync("/audit/log/policy"));
    }

    [Fact]
    public async Task What_witnesses_said_is_write_once()
    {
        await using (var service = await Start())
        {
            await Grow(3);
            await Served(service.Client(), 3, cosignatures: 3);
        }

        foreach (var sql in new[] { "DELETE FROM audit.cosignatures", "UPDATE audit.witnessed SET size = 1", "TRUNCATE audit.refusals", "DROP TABLE audit.witnessed" })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => TestLog.Execute(_log.Superuser, sql));
            Assert.Contains("write-once", refused.MessageText, StringComparison.Ordinal);
        }
    }

    private async Task<TestService> Start() => await TestService.Start(_log, builder => builder.Services
        .Replace(ServiceDescriptor.Singleton<TimeProvider>(_time))
        .Replace(ServiceDescriptor.Singleton<IRefusalAlarm>(provider => new RecordedAlarm(provider.GetRequiredService<AuditDatabase>(), _alarms))));

    /// <summary>In the place of a witness, one that refuses whatever it is offered.</summary>
    private async Task<WebApplication> StartRefusing(string jurisdiction, string shows)
    {
        await _witnesses.Stop(jurisdiction);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(_witnesses.Url(jurisdiction));
        var app = builder.Build();
        app.MapPost("/add-checkpoint", () => Results.StatusCode(422));
        app.MapGet("/{log}/checkpoint", () => Results.Text(shows));
        await app.StartAsync();
        return app;
    }

    private async Task GrowAndBeCosigned(int size)
    {
        await using var service = await Start();
        await Grow(size);
        await Served(service.Client(), size, cosignatures: 3);
    }

    private async Task Grow(int size, int? from = null)
    {
        var count = size - (int)await _log.Scalar<long>("SELECT size FROM audit.head");
        Assert.Equal(size, await _log.AppendMessages(count, from: from ?? (size - count)));
        Assert.NotNull(await _log.CheckpointSigner().Sign(default));
    }

    private async Task<PolicyVerdict> Served(HttpClient client, int size, int cosignatures)
    {
        var policy = TlogPolicy.Parse(await File.ReadAllBytesAsync(_log.Options.PolicyFile));
        PolicyVerdict? verdict = null;
        await Eventually.True(
            async () =>
            {
                using var response = await client.GetAsync("/audit/log/checkpoint");
                if (!response.IsSuccessStatusCode)
                {
                    return false;
                }

                verdict = policy.Judge(SignedNote.Parse(Encoding.UTF8.GetBytes(await response.Content.ReadAsStringAsync()))!);
                Assert.True(verdict.IsSatisfied, verdict.Problem);
                return verdict.Checkpoint!.Size == size && verdict.Cosigned.Count == cosignatures;
            },
            $"{cosignatures} cosignatures over {size} entries are served");
        return verdict!;
    }

    private static async Task<string> Health(HttpClient client) => await (await client.GetAsync("/health")).Content.ReadAsStringAsync();

    // The whole machine is set back: the checkpoint files too, without which the service would not sign at all.
    private async Task Backup()
    {
        await OnServer("DROP DATABASE IF EXISTS audit_backup WITH (FORCE)");
        _log.CloseIdleConnections();
        await OnServer("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'audit'");
        await OnServer("CREATE DATABASE audit_backup TEMPLATE audit");
        File.Copy(_log.Options.EffectiveCheckpointFile, _log.Options.EffectiveCheckpointFile + ".backup");
    }

    private async Task RollBack()
    {
        await OnServer("DROP DATABASE audit WITH (FORCE)");
        await OnServer("ALTER DATABASE audit_backup RENAME TO audit");
        _log.CloseIdleConnections();
        File.Move(_log.Options.EffectiveCheckpointFile + ".backup", _log.Options.EffectiveCheckpointFile, overwrite: true);
    }

    private async Task OnServer(string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.Superuser());
        await TestLog.Execute(source, sql);
    }

    private sealed class RecordedAlarm(AuditDatabase database, ConcurrentQueue<CheckpointRefused> alarms) : IRefusalAlarm
    {
        public async Task Raise(CheckpointRefused refusal, CancellationToken ct)
        {
            await using var connection = await database.Append.OpenConnectionAsync(ct);
            if (await RefusalAlarm.IsNew(connection, refusal, ct))
            {
                alarms.Enqueue(refusal);
            }
        }
    }
}
