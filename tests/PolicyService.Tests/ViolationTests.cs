using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sovereignty.Contracts.Regions;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Violations;
using Sovereignty.Testing;

namespace Sovereignty.PolicyService.Tests;

[Collection(nameof(RunningPolicyService))]
public sealed class ViolationTests(RunningPolicyService service) : IAsyncLifetime
{
    private readonly StoredData _data = new(service);
    private readonly HttpClient _officer = service.Client("acme", "compliance-officer");
    private readonly HttpClient _admin = service.Client(null, "policy-admin");

    public Task InitializeAsync() => _data.TellRegion();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_suspended_region_opens_one_violation_for_all_data_of_a_kind_and_its_return_resolves_it()
    {
        var ids = await _data.Admit(3);

        await _data.SetRegion(RegionState.Suspended);

        var open = await _data.Violation(_officer, "open");
        Assert.Equal(("region-not-active", 3, _data.Region), (open.GetProperty("code").GetString(), open.GetProperty("placements").GetInt32(), open.GetProperty("primaryRegion").GetString()));
        Assert.Equal(["move", "accept"], open.GetProperty("remediations").EnumerateArray().Select(way => way.GetProperty("kind").GetString()));
        Assert.Equal("eu-central-1", open.GetProperty("remediations")[0].GetProperty("targets")[0].GetString());
        var id = open.GetProperty("id").GetString();
        Assert.Equal(ids.Order(StringComparer.Ordinal), (await DataOf(id)).Order(StringComparer.Ordinal));

        await _data.SetRegion(RegionState.Active);

        var resolved = await _data.Violation(_officer, "resolved");
        Assert.Equal((id, "permitted"), (resolved.GetProperty("id").GetString(), resolved.GetProperty("resolution").GetString()));
        Assert.Empty(await _data.Violations(_officer, "open"));
        Assert.Empty(await DataOf(id));
        await Eventually.True(() => _data.Heard("ResidencyViolationResolved").Count == 1, "the end is told");
        Assert.Equal(id, Assert.Single(_data.Heard("ResidencyViolationOpened")).GetProperty("violation").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_policy_whose_next_version_is_narrower_opens_violations_until_it_is_retired()
    {
        var published = await _admin.Post("/residency/policies", _data.Policy("DE"));
        await _data.Admit(2);
        var path = published.Headers.Location!.ToString();

        await _admin.Send(HttpMethod.Put, path, _data.Policy("FR"), "\"1\"");
        var open = await _data.Violation(_officer, "open");
        await _admin.Send(HttpMethod.Delete, path, ifMatch: "\"2\"");

        Assert.Equal("primary-outside-residency", open.GetProperty("code").GetString());
        Assert.Equal(["eu-west-3"], open.GetProperty("remediations")[0].GetProperty("targets").EnumerateArray().Select(region => region.GetString()));
        Assert.Equal(open.GetProperty("id").GetString(), (await _data.Violation(_officer, "resolved")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Tenants_do_not_see_each_others_violations_and_platform_staff_sees_all()
    {
        await _data.Admit(1);
        await _data.Admit(2, tenant: "globex");
        await _data.SetRegion(RegionState.Suspended);
        var globex = service.Client("globex", "dpo");

        var own = await _data.Violation(_officer, "open");
        var foreign = await _data.Violation(globex, "open");
        var path = $"/residency/violations/{foreign.GetProperty("id").GetString()}";

        Assert.Equal(("acme", "globex"), (own.GetProperty("tenantId").GetString(), foreign.GetProperty("tenantId").GetString()));
        Assert.Equal(2, (await _data.Violations(_admin, "open")).Count);
        await (await _officer.GetAsync(path)).IsProblem(404, "not-found");
        await (await _officer.GetAsync(path + "/data")).IsProblem(404, "not-found");
        await (await _officer.Send(HttpMethod.Post, path + "/accept", Acceptance(TimeSpan.FromDays(1)), "\"1\"")).IsProblem(404, "not-found");
        await (await service.Client("globex", "requester").GetAsync(path)).IsProblem(403, "role-missing");
        await (await _admin.GetAsync("/residency/violations?state=over")).IsProblem(422, "input-invalid");
    }

    [Fact]
    public async Task An_accepted_violation_is_open_again_when_the_acceptance_is_over()
    {
        await _data.Admit(1);
        await _data.SetRegion(RegionState.Suspended);
        var path = $"/residency/violations/{(await _data.Violation(_officer, "open")).GetProperty("id").GetString()}";
        Task<HttpResponseMessage> Accept(string body, string? ifMatch, HttpClient? by = null) => (by ?? _officer).Send(HttpMethod.Post, path + "/accept", body, ifMatch);

        await (await Accept(Acceptance(TimeSpan.FromDays(1)), ifMatch: null)).IsProblem(428, "if-match-missing");
        await (await Accept(Acceptance(TimeSpan.FromDays(1)), "\"9\"")).IsProblem(412, "etag-stale");
        await (await Accept(Acceptance(TimeSpan.FromDays(-1)), "\"1\"")).IsProblem(422, "input-invalid");
        await (await Accept(Acceptance(TimeSpan.FromDays(367)), "\"1\"")).IsProblem(422, "input-invalid");
        await (await Accept("""{"until":"2027-01-01T00:00:00Z","reason":" "}""", "\"1\"")).IsProblem(422, "input-invalid");
        await (await Accept(Acceptance(TimeSpan.FromDays(1)), "\"1\"", service.Client(null, "policy-admin"))).IsProblem(403, "role-missing");
        var accepted = await Accept(Acceptance(TimeSpan.FromSeconds(3)), "\"1\"");

        Assert.Equal((HttpStatusCode.OK, "\"2\""), (accepted.StatusCode, accepted.Headers.ETag!.Tag));
        Assert.Equal("acme-compliance-officer", (await accepted.Json()).GetProperty("acceptance").GetProperty("by").GetString());
        Assert.Empty(await _data.Violations(_officer, "open"));
        await _data.Violation(_officer, "accepted");
        await _data.Violation(_officer, "open");
        await Eventually.True(() => service.Heard.Any(heard => heard.Exchange == "ResidencyViolationAccepted" && path.EndsWith(heard.Body.GetProperty("violationId").GetString()!, StringComparison.Ordinal)), "the acceptance is told");

        await _data.SetRegion(RegionState.Active);
        await _data.Violation(_officer, "resolved");
        await (await Accept(Acceptance(TimeSpan.FromDays(1)), "\"3\"")).IsProblem(409, "violation-resolved");
    }

    [Fact]
    public async Task Another_reason_ends_an_acceptance()
    {
        var published = await _admin.Post("/residency/policies", _data.Policy("DE"));
        await _data.Admit(1);
        await _data.SetRegion(RegionState.Suspended);
        var open = await _data.Violation(_officer, "open");
        await _officer.Send(HttpMethod.Post, $"/residency/violations/{open.GetProperty("id").GetString()}/accept", Acceptance(TimeSpan.FromDays(1)), "\"1\"");

        await _admin.Send(HttpMethod.Put, published.Headers.Location!.ToString(), _data.Policy("FR"), "\"1\"");
        await _data.SetRegion(RegionState.Active);

        await Eventually.True(async () => (await _data.Violation(_officer, "open")).GetProperty("code").GetString() == "primary-outside-residency", "it is open for the other reason");
        Assert.Equal(open.GetProperty("id").GetString(), (await _data.Violation(_officer, "open")).GetProperty("id").GetString());
        await Eventually.True(() => _data.Heard("ResidencyViolationOpened").Count == 2, "the other reason is told");
    }

    [Fact]
    public async Task Evaluators_that_race_open_each_violation_once()
    {
        await _data.Admit(1);
        var evaluator = service.Services.GetRequiredService<DriftEvaluator>();
        await _data.SetRegion(RegionState.Suspended);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while ((await _data.Violations(_officer, "open")).Count == 0)
            {
                await evaluator.Run(CancellationToken.None);
            }
        }));
        await Eventually.True(() => _data.Heard("ResidencyViolationOpened").Count > 0, "it is told");
        Assert.Single(_data.Heard("ResidencyViolationOpened"));
    }

    [Fact]
    public async Task Past_their_lock_and_what_they_noted_two_evaluators_would_open_the_same_violation()
    {
        await _data.Admit(1);
        var evaluator = service.Services.GetRequiredService<DriftEvaluator>();
        await using var one = service.Services.CreateAsyncScope();
        await using var other = service.Services.CreateAsyncScope();
        var units = new[] { one, other }.Select(scope => scope.ServiceProvider.GetRequiredService<UnitOfWork>()).ToArray();
        foreach (var unit in units)
        {
            await unit.BeginForConsumer(CancellationToken.None);
        }

        await using (var holding = await service.Database.OpenConnectionAsync())
        {
            await using var pause = await holding.BeginTransactionAsync();
            await using (var take = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({DriftEvaluator.EvaluationLock})", holding))
            {
                await take.ExecuteNonQueryAsync();
            }

            await _data.SetRegion(RegionState.Suspended);
            await Eventually.True(async () => await service.Query<string>($"SELECT body ->> 'state' FROM policy.region WHERE code = '{_data.Region}' ORDER BY version DESC LIMIT 1") == "suspended", "the region is suspended");
            await evaluator.Evaluate(units[0], evaluated: 0, [], CancellationToken.None);
            var second = evaluator.Evaluate(units[1], evaluated: 0, [], CancellationToken.None);
            await Eventually.True(async () => await service.Query<long>("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0, "the second waits for the first");
            await units[0].Commit(CancellationToken.None);
            Assert.Equal(PostgresErrorCodes.UniqueViolation, (await Assert.ThrowsAsync<PostgresException>(() => second)).SqlState);
        }

        await units[1].DisposeAsync();
    }

    [Fact]
    public async Task A_level_moves_data_to_its_own_cell_where_it_is_judged_anew()
    {
        var ids = await _data.Admit(2);
        await _data.SetRegion(RegionState.Suspended);
        var first = await _data.Violation(_officer, "open");

        foreach (var id in ids)
        {
            await (await _officer.Post("/data/classify", $$"""{"dataId":"{{id}}","dataType":"{{_data.Type}}","classification":"identity"}""")).Json();
        }

        var left = await _data.Violation(_officer, "resolved");
        Assert.Equal((first.GetProperty("id").GetString(), "nothing-left"), (left.GetProperty("id").GetString(), left.GetProperty("resolution").GetString()));
        var second = await _data.Violation(_officer, "open");
        Assert.Equal("identity", second.GetProperty("classification").GetString());
        Assert.Equal(ids.Order(StringComparer.Ordinal), (await DataOf(second.GetProperty("id").GetString())).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Moved_and_deleted_data_is_no_violation_any_more()
    {
        var ids = await _data.Admit(2);
        await _data.SetRegion(RegionState.Suspended);
        await _data.Violation(_officer, "open");
        var mover = service.Client("acme", "service");
        string To(string region) => $$"""{"primaryRegion":"{{region}}","replicaRegions":["eu-west-1"]}""";

        var refused = await (await mover.Send(HttpMethod.Put, $"/data/{ids[0]}/placement", To("us-east-1"))).IsProblem(422, "primary-outside-residency");
        Assert.Equal("eu-central-1", refused.GetProperty("decision").GetProperty("allowedReplicaRegions")[0].GetString());
        await (await service.Client("globex", "service").Send(HttpMethod.Put, $"/data/{ids[0]}/placement", To("eu-central-1"))).IsProblem(404, "not-found");
        await (await service.Client("globex", "service").Send(HttpMethod.Delete, $"/data/{ids[1]}/placement")).IsProblem(404, "not-found");
        Assert.Equal("compliant", (await (await mover.Send(HttpMethod.Put, $"/data/{ids[0]}/placement", To("eu-central-1"))).Json()).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await mover.Send(HttpMethod.Delete, $"/data/{ids[1]}/placement")).StatusCode);
        await (await mover.Send(HttpMethod.Delete, $"/data/{ids[1]}/placement")).IsProblem(404, "not-found");

        Assert.Equal("nothing-left", (await _data.Violation(_officer, "resolved")).GetProperty("resolution").GetString());
        Assert.Empty(await _data.Violations(_officer, "open"));
        await Eventually.True(() => service.Decisions("DataAdmitted", ids[0]).Count == 2, "the move is told");
        Assert.Equal("eu-central-1", await service.Query<string>($"SELECT c.placement ->> 'primaryRegion' FROM policy.placement p JOIN policy.cell c ON c.id = p.cell_id WHERE p.data_id = '{ids[0]}'"));
    }

    [Fact]
    public async Task What_a_policy_will_end_is_told_ahead()
    {
        var now = TimeProvider.System.GetUtcNow();
        await _data.Admit(4);
        await _admin.Post("/residency/policies", _data.Policy("FR").Replace(Evaluation.Tests.World.LongAgo.ToString("O"), now.AddDays(20).ToString("O"), StringComparison.Ordinal));

        var ahead = await (await _officer.GetAsync("/residency/violations/upcoming?within=P30D")).Json();
        var sooner = await (await _officer.GetAsync("/residency/violations/upcoming?within=P10D")).Json();

        static IEnumerable<JsonElement> Cells(JsonElement view, string type) =>
            view.GetProperty("items").EnumerateArray().SelectMany(item => item.GetProperty("cells").EnumerateArray()).Where(cell => cell.GetProperty("cell").GetProperty("dataType").GetString() == type);
        var cell = Assert.Single(Cells(ahead, _data.Type));
        Assert.Equal((4, "primary-outside-residency"), (cell.GetProperty("placements").GetInt32(), cell.GetProperty("code").GetString()));
        Assert.Empty(Cells(sooner, _data.Type));
        await (await _officer.GetAsync("/residency/violations/upcoming?within=90")).IsProblem(422, "input-invalid");
    }

    private async Task<List<string?>> DataOf(string? violation)
    {
        var ids = new List<string?>();
        for (string? cursor = null; ;)
        {
            var page = await (await _officer.GetAsync($"/residency/violations/{violation}/data?limit=1{(cursor is null ? "" : $"&cursor={cursor}")}")).Json();
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(id => id.GetString()));
            if ((cursor = page.GetProperty("nextCursor").GetString()) is null)
            {
                return ids;
            }
        }
    }

    private static string Acceptance(TimeSpan length) =>
        $$"""{"until":"{{TimeProvider.System.GetUtcNow() + length:O}}","reason":"The region comes back on Monday."}""";
}
