using System.Text.Json;
using Sovereignty.Contracts.Regions;

namespace Sovereignty.PolicyService.Tests;

[Collection(nameof(RunningPolicyService))]
public sealed class SimulationTests(RunningPolicyService service) : IAsyncLifetime
{
    private readonly StoredData _data = new(service);
    private readonly HttpClient _officer = service.Client("acme", "compliance-officer");
    private readonly HttpClient _admin = service.Client(null, "policy-admin");

    public Task InitializeAsync() => _data.TellRegion();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_lost_region_is_simulated_and_nothing_changes()
    {
        var ids = await _data.Admit(7);
        var epoch = await service.Query<long>("SELECT max(number) FROM policy.epoch");

        var answer = await Simulate(_officer, $$"""{"scenario":{"name":"region-lost","region":"{{_data.Region}}"} }""");

        var totals = answer.GetProperty("totals");
        Assert.Equal((7, 0, 0), (totals.GetProperty("becomeNonCompliant").GetInt32(), totals.GetProperty("becomeCompliant").GetInt32(), totals.GetProperty("withoutFailover").GetInt32()));
        var cell = Assert.Single(answer.GetProperty("cells").EnumerateArray());
        Assert.Equal((7, "compliant", "region-not-active"), (cell.GetProperty("placements").GetInt32(), cell.GetProperty("before").GetProperty("code").GetString(), cell.GetProperty("after").GetProperty("code").GetString()));
        Assert.Contains("eu-central-1", cell.GetProperty("after").GetProperty("failoverTargets").EnumerateArray().Select(region => region.GetString()));
        Assert.Equal(ids.Order(StringComparer.Ordinal).Take(5), cell.GetProperty("sampleDataIds").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(epoch, await service.Query<long>("SELECT max(number) FROM policy.epoch"));
        Assert.Empty(await _data.Violations(_officer, "open"));
    }

    [Fact]
    public async Task The_end_of_an_adequacy_decision_hits_what_rests_on_it()
    {
        await _admin.Post("/residency/policies", $$"""{"tenantId":"acme","dataType":"{{_data.Type}}","mode":"regional","parameters":{"countries":["DE","GB"]},"validFrom":"2020-01-01T00:00:00Z"}""");
        await _data.Admit(2, primary: "eu-west-2", origin: "DE");
        await _data.Admit(3, primary: "eu-central-1", origin: "DE");

        var lapsed = await Simulate(_officer, """{"scenario":{"name":"uk-adequacy-lapses"}}""");
        var later = await Simulate(_officer, """{"at":"2032-01-01T00:00:00Z"}""");
        var annulled = await Simulate(_officer, """{"scenario":{"name":"dpf-annulled"}}""");

        foreach (var answer in new[] { lapsed, later })
        {
            var cell = Assert.Single(Own(answer));
            Assert.Equal((2, "mechanism-missing"), (cell.GetProperty("placements").GetInt32(), cell.GetProperty("after").GetProperty("code").GetString()));
        }

        Assert.Empty(Own(annulled));
        Assert.Equal(["uk-adequacy-lapses", "dpf-annulled", "region-lost"], (await (await _officer.GetAsync("/residency/simulations/scenarios")).Json()).EnumerateArray().Select(scenario => scenario.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Policies_facts_and_regions_are_supposed_together_and_the_largest_cells_are_shown()
    {
        await _data.Admit(2);
        await _data.Admit(5, level: "operational");
        await _data.Admit(1, level: "analytical");

        var answer = await Simulate(_officer, $$"""{"policies":{"publish":[{{_data.Policy("FR")}}]} }""", limit: 2);
        var banned = await Simulate(_officer, $$"""{"facts":[{"id":"ban","kind":"transfer-ban","instrument":"A law","destinations":["DE"],"dataTypes":["{{_data.Type}}"],"levels":["content"],"effect":"not-in-destinations"}]}""");
        var alone = await Simulate(_officer, $$"""{"policies":{"publish":[{"tenantId":"acme","dataType":"{{_data.Type}}","mode":"hybrid","parameters":{"primaryRegions":["{{_data.Region}}"],"replicaRegions":["eu-west-1"]},"validFrom":"2020-01-01T00:00:00Z"}]} }""");

        Assert.Equal([5, 2], answer.GetProperty("cells").EnumerateArray().Select(cell => cell.GetProperty("placements").GetInt32()));
        Assert.Equal((8, 1), (answer.GetProperty("totals").GetProperty("becomeNonCompliant").GetInt32(), answer.GetProperty("cellsLeftOut").GetInt32()));
        Assert.Equal(("transfer-banned", 2), (Assert.Single(Own(banned)).GetProperty("after").GetProperty("code").GetString(), banned.GetProperty("totals").GetProperty("becomeNonCompliant").GetInt32()));
        Assert.Equal((0, 8), (alone.GetProperty("totals").GetProperty("becomeNonCompliant").GetInt32(), alone.GetProperty("totals").GetProperty("withoutFailover").GetInt32()));
    }

    [Fact]
    public async Task A_tenant_simulates_its_own_data_and_its_own_policies()
    {
        await _data.Admit(1);
        await _data.Admit(2, tenant: "globex");
        var lost = $$"""{"scenario":{"name":"region-lost","region":"{{_data.Region}}"} }""";
        var foreign = (await (await _admin.Post("/residency/policies", _data.Policy("DE", "globex"))).Json()).GetProperty("id").GetString();

        Assert.Equal(1, (await Simulate(_officer, lost)).GetProperty("totals").GetProperty("becomeNonCompliant").GetInt32());
        Assert.Equal(2, (await Simulate(service.Client("globex", "dpo"), lost)).GetProperty("totals").GetProperty("becomeNonCompliant").GetInt32());
        Assert.Equal(3, (await Simulate(_admin, lost)).GetProperty("totals").GetProperty("becomeNonCompliant").GetInt32());
        await (await _officer.Post("/residency/simulations", $$"""{"policies":{"publish":[{{_data.Policy("DE", "globex")}}]} }""")).IsProblem(404, "not-found");
        await (await _officer.Post("/residency/simulations", $$"""{"policies":{"retire":["{{foreign}}"]} }""")).IsProblem(422, "policy-unknown");
        await (await _officer.Post("/residency/simulations", """{"policies":{"retire":["6f0d5a0e-3b1c-4c7e-9a55-2f6f3f5b7d01"]}}""")).IsProblem(403, "role-missing");
        await (await service.Client("acme", "requester").Post("/residency/simulations", "{}")).IsProblem(403, "role-missing");
    }

    [Theory]
    [InlineData("""{"when":"2032-01-01T00:00:00Z"}""", 400, null)]
    [InlineData("""{"scenario":{"name":"doomsday"}}""", 422, "input-invalid")]
    [InlineData("""{"scenario":{"name":"region-lost"}}""", 422, "input-invalid")]
    [InlineData("""{"scenario":{"name":"region-lost","region":"eu-mars-1"}}""", 422, "region-unknown")]
    [InlineData("""{"removeFacts":["no-such-fact"]}""", 422, "fact-unknown")]
    [InlineData("""{"facts":[{"id":"f","kind":"adequacy","instrument":"i","form":"EEA"}]}""", 400, "body-invalid")]
    [InlineData("""{"facts":[{"id":"f","kind":"adequacy"}]}""", 400, "body-invalid")]
    [InlineData("""{"facts":[null]}""", 422, "input-invalid")]
    [InlineData("""{"regions":[{"code":"eu-west-1"}]}""", 400, null)]
    [InlineData("""{"policies":{"publish":[{"mode":"single-country","parameters":{"country":"Germany"},"validFrom":"2020-01-01T00:00:00Z"}]}}""", 422, "parameters-invalid")]
    [InlineData("""{"policies":{"retire":["00000000-0000-0000-0000-000000000001"]}}""", 422, "policy-unknown")]
    public async Task A_bad_overlay_is_refused_with_the_place(string body, int status, string? code)
    {
        await (await _admin.Post("/residency/simulations", body)).IsProblem(status, code);
    }

    [Fact]
    public async Task A_violation_that_a_change_would_end_becomes_compliant()
    {
        await _data.Admit(2);
        await _data.SetRegion(RegionState.Suspended);
        await _data.Violation(_officer, "open");

        var answer = await Simulate(_officer, $$"""{"regions":[{"code":"{{_data.Region}}","state":"active"}]}""");

        Assert.Equal((0, 2), (answer.GetProperty("totals").GetProperty("becomeNonCompliant").GetInt32(), answer.GetProperty("totals").GetProperty("becomeCompliant").GetInt32()));
    }

    private static async Task<JsonElement> Simulate(HttpClient client, string body, int limit = 500) =>
        await (await client.Post($"/residency/simulations?limit={limit}", body)).Json();

    private IEnumerable<JsonElement> Own(JsonElement answer) =>
        answer.GetProperty("cells").EnumerateArray().Where(cell => cell.GetProperty("cell").GetProperty("dataType").GetString() == _data.Type);
}
