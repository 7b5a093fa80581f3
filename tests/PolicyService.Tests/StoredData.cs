using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Evaluation.Tests;
using Sovereignty.Testing;

namespace Sovereignty.PolicyService.Tests;

/// <summary>Data of a type of its own, in a region of its own: what other tests do does not touch it.</summary>
internal sealed class StoredData(RunningPolicyService service)
{
    private Region _region = World.Place($"eu-test-{Guid.NewGuid():N}", "DE", "DE,US");

    public string Type { get; } = $"type-{Guid.NewGuid():N}";

    public string Region => _region.Code;

    public async Task TellRegion()
    {
        await service.TellRegions();
        await service.PublishAsRegionService(new RegionRegistered { OccurredAt = World.Now, TenantId = null, Actor = Actor.Service("region-service"), Region = _region });
        await Eventually.True(async () => await service.Query<long>($"SELECT count(*) FROM policy.region WHERE code = '{Region}'") == 1, "the region is known");
    }

    public async Task SetRegion(RegionState state)
    {
        var previous = _region.State;
        _region = _region with { State = state, Version = _region.Version + 1 };
        await service.PublishAsRegionService(new RegionStateChanged { OccurredAt = World.Now, TenantId = null, Actor = Actor.Service("region-service"), Previous = previous, Region = _region });
    }

    /// <summary>Has data admitted.</summary>
    /// <returns>The data ids.</returns>
    public async Task<string[]> Admit(int count, string tenant = "acme", string level = "content", string? primary = null, string[]? replicas = null, string? origin = null)
    {
        DataCreated[] data =
        [
            .. Enumerable.Range(0, count).Select(_ => new DataCreated
            {
                OccurredAt = World.Now,
                TenantId = tenant,
                Actor = Actor.Service("platform-service"),
                DataId = Guid.NewGuid().ToString(),
                DataType = Type,
                Classification = level,
                OriginCountry = origin,
                PrimaryRegion = primary ?? Region,
                ReplicaRegions = replicas ?? [],
            }),
        ];
        await service.Publish(data);
        await Eventually.True(() => data.All(message => service.Decisions("DataAdmitted", message.DataId).Count == 1), "the data is admitted");
        return [.. data.Select(message => message.DataId)];
    }

    public string Policy(string country, string tenant = "acme") =>
        $$"""{"tenantId":"{{tenant}}","dataType":"{{Type}}","mode":"single-country","parameters":{"country":"{{country}}"},"validFrom":"{{World.LongAgo:O}}"}""";

    /// <summary>The violations of this data that somebody sees.</summary>
    public async Task<List<JsonElement>> Violations(HttpClient client, string state)
    {
        var found = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = await (await client.GetAsync($"/residency/violations?state={state}&limit=500{(cursor is null ? "" : $"&cursor={cursor}")}")).Json();
            found.AddRange(page.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("dataType").GetString() == Type));
            if ((cursor = page.GetProperty("nextCursor").GetString()) is null)
            {
                return found;
            }
        }
    }

    public async Task<JsonElement> Violation(HttpClient client, string state)
    {
        List<JsonElement> found = [];
        await Eventually.True(async () => (found = await Violations(client, state)).Count == 1, $"a violation is {state}");
        return found[0];
    }

    /// <summary>Events about violations of this data.</summary>
    public IReadOnlyList<JsonElement> Heard(string exchange) =>
    [
        .. service.Heard.Where(heard => heard.Exchange == exchange && heard.Body.GetProperty("violation").GetProperty("dataType").GetString() == Type).Select(heard => heard.Body),
    ];
}
