using System.Net.Http.Json;
using System.Text.Json;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Tests;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.Testing;

namespace Sovereignty.PolicyService.Tests;

/// <summary>Two instances decide while policies change.</summary>
[Collection(nameof(RunningPolicyService))]
public sealed class EpochTests(RunningPolicyService service) : IAsyncLifetime
{
    private const int Changes = 25;
    private const int MessagesPerChange = 40;

    private readonly string _type = $"type-{Guid.NewGuid():N}";
    private WebApplication _second = null!;

    public async Task InitializeAsync()
    {
        await service.TellRegions();

        // Decisions take long enough here for changes to fall between what they read and their commit.
        await Execute(
            """
            CREATE OR REPLACE FUNCTION policy.dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.03); RETURN NULL; END';
            CREATE OR REPLACE TRIGGER dawdle AFTER INSERT ON policy.placement FOR EACH STATEMENT EXECUTE FUNCTION policy.dawdle();
            """);
        _second = await service.StartInstance();
        await Eventually.True(() => _second.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, "the second instance listens");
    }

    public async Task DisposeAsync()
    {
        await Execute("DROP TRIGGER dawdle ON policy.placement; ALTER ROLE policy RESET search_path; DROP SCHEMA IF EXISTS sabotage CASCADE");
        await EndSessions();
        await _second.StopAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Each_decision_is_that_of_the_epoch_it_names_and_of_none_below_the_demanded_one()
    {
        var (asked, _) = await DecideWhilePoliciesChange();

        var sensitive = 0;
        foreach (var message in asked)
        {
            var decision = service.Decisions("DataAdmitted", message.DataId).Concat(service.Decisions("DataRejected", message.DataId)).Single();
            var placement = Placement.Read(PlacementInput.From(message)).Placement!;
            Assert.Equal(Text(Evaluator.Decide(await EpochOf(decision.Epoch), placement)), Text(decision));
            Assert.Equal(message.MinimumEpoch > decision.Epoch, decision.Code == ReasonCodes.EpochNotReached);
            sensitive += Evaluator.Decide(await EpochOf(decision.Epoch - 1), placement).Code == decision.Code ? 0 : 1;
        }

        Assert.True(sensitive > asked.Count / 4, $"only {sensitive} of {asked.Count} decisions would have been another one epoch earlier");
        Assert.Contains(asked, message => service.Decisions("DataRejected", message.DataId).Any(decision => decision.Code == ReasonCodes.EpochNotReached));
    }

    [Fact]
    public async Task When_an_epoch_has_begun_no_decision_of_an_earlier_one_is_still_to_come()
    {
        var (_, counts) = await DecideWhilePoliciesChange();

        Assert.Empty(await Latecomers(counts));
    }

    [Fact]
    public async Task Without_the_lock_that_decisions_share_some_come_late()
    {
        await Execute(
            """
            CREATE SCHEMA sabotage;
            CREATE FUNCTION sabotage.pg_advisory_xact_lock_shared(bigint) RETURNS void LANGUAGE sql AS '';
            GRANT USAGE ON SCHEMA sabotage TO policy;
            ALTER ROLE policy SET search_path = sabotage, pg_catalog;
            """);
        await EndSessions();

        var (_, counts) = await DecideWhilePoliciesChange();

        Assert.NotEmpty(await Latecomers(counts));
    }

    /// <returns>What was asked, and for each epoch how many decisions of earlier ones there were when it had just begun.</returns>
    private async Task<(List<DataCreated> Asked, List<(long Epoch, long Earlier)> Counts)> DecideWhilePoliciesChange()
    {
        var admin = service.Client(null, "policy-admin");
        var asked = new List<DataCreated>();
        var counts = new List<(long Epoch, long Earlier)>();
        var published = await Retry(() => admin.PostAsJsonAsync("/residency/policies", Policy(0), ContractJson.Options));
        var path = published.Headers.Location!.ToString();
        var etag = published.Headers.ETag!.Tag;
        for (var change = 1; change <= Changes; change++)
        {
            var epoch = await service.Query<long>("SELECT max(number) FROM policy.epoch");
            DataCreated[] messages = [.. Enumerable.Range(0, MessagesPerChange).Select(i => Data($"{_type}-{change}-{i}", i % 8 == 0 ? epoch + 2 : null))];
            asked.AddRange(messages);
            await Publish(messages);
            var next = await Retry(() => admin.SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(Policy(change), options: ContractJson.Options), Headers = { { "If-Match", etag } } }));
            etag = next.Headers.ETag!.Tag;
            epoch = await service.Query<long>("SELECT max(number) FROM policy.epoch");
            counts.Add((epoch, await Earlier(epoch)));
        }

        await Eventually.True(
            () => asked.All(message => service.Decisions("DataAdmitted", message.DataId).Count + service.Decisions("DataRejected", message.DataId).Count > 0),
            "every message is answered");
        return (asked, counts);
    }

    private async Task<List<long>> Latecomers(List<(long Epoch, long Earlier)> counts)
    {
        var late = new List<long>();
        foreach (var (epoch, earlier) in counts)
        {
            if (await Earlier(epoch) != earlier)
            {
                late.Add(epoch);
            }
        }

        return late;
    }

    private Task<long> Earlier(long epoch) =>
        service.Query<long>($"SELECT count(*) FROM policy.placement WHERE data_id LIKE '{_type}%' AND (decision ->> 'epoch')::bigint < {epoch}");

    private readonly Dictionary<long, PolicySnapshot> _epochs = [];

    private async Task<PolicySnapshot> EpochOf(long number)
    {
        if (!_epochs.TryGetValue(number, out var snapshot))
        {
            await using var scope = service.Services.CreateAsyncScope();
            await using var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
            await unit.BeginForConsumer(CancellationToken.None);
            _epochs[number] = snapshot = (await PolicySnapshots.Read(number, unit, CancellationToken.None))!;
        }

        return snapshot;
    }

    private async Task Publish(DataCreated[] messages) =>
        await Eventually.True(
            async () =>
            {
                try
                {
                    await service.Publish(messages);
                    return true;
                }
                catch (NpgsqlException)
                {
                    return false;
                }
            },
            "the messages are published");

    // Ended sessions cost a request its connection once.
    private static async Task<HttpResponseMessage> Retry(Func<Task<HttpResponseMessage>> send)
    {
        HttpResponseMessage? response = null;
        await Eventually.True(async () => (response = await send()).IsSuccessStatusCode || (int)response.StatusCode < 500, "the service answers");
        Assert.True(response!.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return response;
    }

    private object Policy(int version) => new
    {
        tenantId = "acme",
        dataType = _type,
        mode = ResidencyMode.SingleCountry,
        parameters = new { country = version % 2 == 0 ? "DE" : "FR" },
        validFrom = World.LongAgo,
    };

    private DataCreated Data(string id, long? minimum) => new()
    {
        OccurredAt = World.Now,
        TenantId = "acme",
        Actor = Actor.Service("test"),
        DataId = id,
        DataType = _type,
        Classification = "identity",
        PrimaryRegion = "eu-central-1",
        MinimumEpoch = minimum,
    };

    private Task EndSessions() => Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'policy'");

    private async Task Execute(string sql)
    {
        await using var command = service.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static string Text(Decision decision) => JsonSerializer.Serialize(decision, ContractJson.Options);
}
