using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Evaluation.Tests;
using Sovereignty.Testing;

namespace Sovereignty.PolicyService.Tests;

[Collection(nameof(RunningPolicyService))]
public sealed class DataCreatedTests(RunningPolicyService service) : IAsyncLifetime
{
    public Task InitializeAsync() => service.TellRegions();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Admitted_data_is_answered_stored_and_classified()
    {
        var data = Data();

        await service.Publish(data);

        var decision = await Answer("DataAdmitted", data.DataId);
        Assert.Equal((DecisionOutcome.AllowWithObligations, ReasonCodes.Compliant), (decision.Outcome, decision.Code));
        await Eventually.True(() => service.Heard.Any(heard => heard.Exchange == "DataClassified" && heard.Body.GetProperty("dataId").GetString() == data.DataId), "the classification is told");
        Assert.Equal("identity", await service.Query<string>($"SELECT level FROM policy.classification WHERE data_id = '{data.DataId}'"));
        Assert.Equal(decision.InputHash, await service.Query<string>($"SELECT content_hash FROM policy.placement WHERE data_id = '{data.DataId}'"));
        Assert.Equal(1, await service.Query<long>($"SELECT count(*) FROM policy.epoch WHERE number = {decision.Epoch}"));
    }

    [Fact]
    public async Task Rejected_data_is_answered_and_gets_no_classification()
    {
        var data = Data() with { PrimaryRegion = "us-east-1" };

        await service.Publish(data);

        Assert.Equal(ReasonCodes.PrimaryOutsideResidency, (await Answer("DataRejected", data.DataId)).Code);
        Assert.Equal(0, await service.Query<long>($"SELECT count(*) FROM policy.classification WHERE data_id = '{data.DataId}'"));
    }

    [Fact]
    public async Task The_same_content_gets_the_first_decision_and_other_content_is_refused_in_one_batch_and_across_batches()
    {
        var data = Data();
        var other = data with { DataType = "payment" };

        // Messages of one publish come in any order, and the first to come decides.
        await service.Publish(data);
        await Eventually.True(() => Answers(data.DataId).Count == 1, "the first is answered");
        await service.Publish(data, data, other);
        await Eventually.True(() => Answers(data.DataId).Count == 4, "all four are answered");
        await service.Publish(data with { ReplicaRegions = [], OccurredAt = World.LongAgo }, other);
        await Eventually.True(() => Answers(data.DataId).Count == 6, "all six are answered");

        var admitted = service.Decisions("DataAdmitted", data.DataId);
        Assert.Equal(4, admitted.Count);
        Assert.Single(admitted.Select(decision => (decision.Epoch, decision.InputHash)).Distinct());
        Assert.All(service.Decisions("DataRejected", data.DataId), decision => Assert.Equal((DecisionOutcome.Forbidden, ReasonCodes.DataIdReused), (decision.Outcome, decision.Code)));
        Assert.Equal("profile", await service.Query<string>($"SELECT placement ->> 'dataType' FROM policy.placement WHERE data_id = '{data.DataId}'"));
    }

    [Fact]
    public async Task Batches_that_race_for_the_same_ids_decide_each_once()
    {
        DataCreated[] data = [.. Enumerable.Range(0, 20).Select(_ => Data())];
        var run = Random.Shared.GetItems(data, 600).Select((message, i) => i % 2 == 0 ? message : message with { DataType = "payment" }).ToArray();

        await service.Publish(run);

        await Eventually.True(() => data.Sum(message => Answers(message.DataId).Count) == run.Length, "every message is answered");
        foreach (var message in data)
        {
            Assert.True(service.Decisions("DataAdmitted", message.DataId).Select(decision => decision.InputHash).Distinct().Count() <= 1);
            Assert.All(service.Decisions("DataRejected", message.DataId), decision => Assert.Equal(ReasonCodes.DataIdReused, decision.Code));
        }
    }

    [Fact]
    public async Task One_data_id_of_two_tenants_is_two()
    {
        var data = Data();

        await service.Publish(data, data with { TenantId = "globex", DataType = "payment" });

        await Eventually.True(() => service.Decisions("DataAdmitted", data.DataId).Count == 2, "both are admitted");
    }

    [Fact]
    public async Task What_cannot_be_read_is_rejected_and_stops_nothing_beside_it()
    {
        var (good, noTenant, noType) = (Data(), Data() with { TenantId = null }, Data() with { DataType = null! });

        await service.Publish(noTenant, good, noType, Data() with { DataId = null! });

        Assert.Equal(ReasonCodes.InputInvalid, (await Answer("DataRejected", noTenant.DataId)).Code);
        Assert.Contains("dataType", (await Answer("DataRejected", noType.DataId)).Message, StringComparison.Ordinal);
        Assert.Equal(ReasonCodes.Compliant, (await Answer("DataAdmitted", good.DataId)).Code);
        Assert.Equal(0, await service.Query<long>($"SELECT count(*) FROM policy.placement WHERE data_id IN ('{noTenant.DataId}', '{noType.DataId}')"));
    }

    [Fact]
    public async Task Data_whose_epoch_is_not_reached_may_come_again()
    {
        var newest = await service.Query<long>("SELECT max(number) FROM policy.epoch");
        var data = Data() with { MinimumEpoch = newest + 1 };
        await service.Publish(data);
        Assert.Equal(ReasonCodes.EpochNotReached, (await Answer("DataRejected", data.DataId)).Code);

        await service.PublishAsRegionService(new RegionRegistered { OccurredAt = World.Now, TenantId = null, Actor = Actor.Service("region-service"), Region = World.Place($"zz-{data.DataId}", "US", "US") });
        await Eventually.True(async () => await service.Query<long>("SELECT max(number) FROM policy.epoch") > newest, "an epoch began");
        await service.Publish(data);

        Assert.True((await Answer("DataAdmitted", data.DataId)).Epoch > newest);
    }

    [Fact]
    public async Task A_region_takes_effect_with_its_event_and_an_older_version_never_does()
    {
        var region = World.Place($"aa-{Guid.NewGuid():N}", "DE", "DE");
        RegionRegistered Registered(Region as_) => new() { OccurredAt = World.Now, TenantId = null, Actor = Actor.Service("region-service"), Region = as_ };
        RegionStateChanged Changed(Region as_) => new() { OccurredAt = World.Now, TenantId = null, Actor = Actor.Service("region-service"), Previous = RegionState.Active, Region = as_ };

        await service.PublishAsRegionService(Registered(region));
        await Eventually.True(async () => await VersionOf(region.Code) == 1, "the region is known");
        var open = Data() with { PrimaryRegion = region.Code };
        await service.Publish(open);
        await Answer("DataAdmitted", open.DataId);

        await service.PublishAsRegionService(Changed(region with { State = RegionState.Isolated, Version = 3 }));
        await Eventually.True(async () => await VersionOf(region.Code) == 3, "the region is isolated");
        await service.PublishAsRegionService(Changed(region with { State = RegionState.Active, Version = 2 }));
        await service.PublishAsRegionService(Changed(region with { Code = "last-" + region.Code }));
        await Eventually.True(async () => await VersionOf("last-" + region.Code) == 1, "the older version was passed by");
        var closed = Data() with { PrimaryRegion = region.Code };
        await service.Publish(closed);

        Assert.Equal(ReasonCodes.RegionNotActive, (await Answer("DataRejected", closed.DataId)).Code);
    }

    private async Task<int> VersionOf(string region) => await service.Query<int>($"SELECT coalesce(max(version), 0) FROM policy.region WHERE code = '{region}'");

    private List<Decision> Answers(string dataId) => [.. service.Decisions("DataAdmitted", dataId), .. service.Decisions("DataRejected", dataId)];

    private async Task<Decision> Answer(string exchange, string dataId)
    {
        await Eventually.True(() => Answers(dataId).Count > 0 && service.Decisions(exchange, dataId).Count > 0, $"{exchange} for {dataId}");
        return service.Decisions(exchange, dataId)[0];
    }

    private static DataCreated Data() => new()
    {
        OccurredAt = World.Now,
        TenantId = "acme",
        Actor = Actor.Service("shop"),
        DataId = $"d-{Guid.NewGuid():N}",
        DataType = "profile",
        Classification = "identity",
        PrimaryRegion = "eu-west-1",
    };
}
