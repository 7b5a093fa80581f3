using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using Sovereignty.Evaluation.Tests;
using Sovereignty.Testing;

namespace Sovereignty.PolicyService.Tests;

[Collection(nameof(RunningPolicyService))]
public sealed class EndpointTests(RunningPolicyService service) : IAsyncLifetime
{
    private readonly string _type = $"type-{Guid.NewGuid():N}";

    public Task InitializeAsync() => service.TellRegions();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_published_policy_decides_at_once_its_next_version_replaces_it_and_retired_it_decides_no_more()
    {
        var admin = service.Client(null, "policy-admin");
        Assert.Equal("compliant", (await Evaluate("eu-west-1")).Code);

        var created = await HttpSteps.Post(admin, "/residency/policies", Policy("DE"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var path = created.Headers.Location!.ToString();
        var id = (await HttpSteps.Json(created)).GetProperty("id").GetString();
        Assert.Equal(("primary-outside-residency", id, 1), await Evaluate("eu-west-1"));
        Assert.Equal(("compliant", id, 1), await Evaluate("eu-central-1"));

        await HttpSteps.IsProblem(await HttpSteps.Send(admin, HttpMethod.Put, path, Policy("IE")), 428, "if-match-missing");
        await HttpSteps.IsProblem(await HttpSteps.Send(admin, HttpMethod.Put, path, Policy("IE"), "\"7\""), 412, "etag-stale");
        await HttpSteps.IsProblem(await HttpSteps.Send(admin, HttpMethod.Put, path, Policy("IE").Replace(_type, "other", StringComparison.Ordinal), "\"1\""), 422, "level-fixed");
        var next = await HttpSteps.Send(admin, HttpMethod.Put, path, Policy("IE"), created.Headers.ETag!.Tag);
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (next.StatusCode, next.Headers.ETag!.Tag));
        Assert.Equal(("compliant", id, 2), await Evaluate("eu-west-1"));
        Assert.Equal([1, 2], (await HttpSteps.Json(await admin.GetAsync(path + "/versions"))).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("version").GetInt32()));

        Assert.Equal(HttpStatusCode.NoContent, (await HttpSteps.Send(admin, HttpMethod.Delete, path, null, "\"2\"")).StatusCode);
        Assert.NotEqual(id, (await Evaluate("eu-west-1")).PolicyId);
        await HttpSteps.IsProblem(await HttpSteps.Send(admin, HttpMethod.Delete, path, null, "\"2\""), 409, "policy-retired");
        Assert.Equal(JsonValueKind.String, (await HttpSteps.Json(await admin.GetAsync(path))).GetProperty("retiredAt").ValueKind);
        await Eventually.True(() => service.Heard.Any(heard => heard.Exchange == "PolicyRetired" && heard.Body.GetProperty("policy").GetProperty("id").GetString() == id), "retiring is told");
        Assert.Equal(2, service.Heard.Count(heard => heard.Exchange == "PolicyPublished" && heard.Body.GetProperty("policy").GetProperty("id").GetString() == id));
    }

    [Fact]
    public async Task A_policy_takes_effect_and_ends_on_time_by_epochs_of_their_own()
    {
        var admin = service.Client(null, "policy-admin");
        var now = TimeProvider.System.GetUtcNow();
        await HttpSteps.Post(admin, "/residency/policies", Policy("DE", now.AddSeconds(4), now.AddSeconds(8)));

        var before = await Decision("eu-west-1");
        var during = await Until("primary-outside-residency");
        var after = await Until("compliant");

        Assert.Equal("compliant", before.GetProperty("code").GetString());
        Assert.True(before.GetProperty("epoch").GetInt64() < during.GetProperty("epoch").GetInt64());
        Assert.True(during.GetProperty("epoch").GetInt64() < after.GetProperty("epoch").GetInt64());
    }

    [Fact]
    public async Task A_compliance_officer_publishes_for_the_own_tenant_alone()
    {
        var officer = service.Client("acme", "compliance-officer");

        Assert.Equal(HttpStatusCode.Created, (await HttpSteps.Post(officer, "/residency/policies", Policy("DE"))).StatusCode);
        await HttpSteps.IsProblem(await HttpSteps.Post(officer, "/residency/policies", Policy("DE").Replace("acme", "globex", StringComparison.Ordinal)), 404, "not-found");
        await HttpSteps.IsProblem(await HttpSteps.Post(officer, "/residency/policies", Policy("DE").Replace("\"tenantId\":\"acme\",", "", StringComparison.Ordinal)), 403, "role-missing");
        await HttpSteps.IsProblem(await HttpSteps.Post(service.Client("acme", "requester"), "/residency/policies", Policy("DE")), 403, "role-missing");
    }

    [Fact]
    public async Task A_tenant_sees_its_own_policies_and_the_platforms_and_no_others()
    {
        var created = await HttpSteps.Post(service.Client(null, "policy-admin"), "/residency/policies", Policy("DE"));
        var (path, id) = (created.Headers.Location!.ToString(), (await HttpSteps.Json(created)).GetProperty("id").GetString());

        Assert.Contains(id, await Ids(service.Client("acme", "requester")));
        Assert.DoesNotContain(id, await Ids(service.Client("globex", "requester")));
        Assert.Contains("6f0d5a0e-3b1c-4c7e-9a55-2f6f3f5b7d01", await Ids(service.Client("globex", "requester")));
        Assert.Equal(HttpStatusCode.OK, (await service.Client("acme", "requester").GetAsync(path)).StatusCode);
        await HttpSteps.IsProblem(await service.Client("globex", "requester").GetAsync(path), 404, "not-found");
        await HttpSteps.IsProblem(await service.Client("globex", "requester").GetAsync(path + "/versions"), 404, "not-found");
        await HttpSteps.IsProblem(await HttpSteps.Send(service.Client("globex", "compliance-officer"), HttpMethod.Delete, path, null, "\"1\""), 404, "not-found");
        await HttpSteps.IsProblem(await HttpSteps.Send(service.Client("acme", "compliance-officer"), HttpMethod.Delete, "/residency/policies/6f0d5a0e-3b1c-4c7e-9a55-2f6f3f5b7d01", null, "\"1\""), 403, "role-missing");
    }

    [Fact]
    public async Task Two_policies_of_one_level_that_overlap_in_time_are_refused()
    {
        var admin = service.Client(null, "policy-admin");
        var first = await HttpSteps.Json(await HttpSteps.Post(admin, "/residency/policies", Policy("DE")));

        var refused = await HttpSteps.Post(admin, "/residency/policies", Policy("FR"));

        var problem = await HttpSteps.IsProblem(refused, 409, "policy-overlaps");
        Assert.Equal(first.GetProperty("id").GetString(), problem.GetProperty("policyId").GetString());
    }

    [Theory]
    [InlineData("""{"tenantId":"acme","mode":"single-country","parameters":{"country":"Germany"},"validFrom":"2026-01-01T00:00:00Z"}""", 422, "parameters-invalid")]
    [InlineData("""{"tenantId":"acme","mode":"hybrid","parameters":{"primaryRegions":["eu-mars-1"],"replicaRegions":["eu-west-1"]},"validFrom":"2026-01-01T00:00:00Z"}""", 422, "region-unknown")]
    [InlineData("""{"tenantId":"acme","mode":"single-country","parameters":{"country":"DE"}}""", 400, "body-invalid")]
    [InlineData("""{"tenantId":"acme","mode":"single-country","parameters":{"country":"DE"},"validFrom":"2026-01-01T00:00:00Z","validto":"x"}""", 400, "body-invalid")]
    [InlineData("""{"tenantId":"acme","mode":"single-country","parameters":{"contry":"DE"},"validFrom":"2026-01-01T00:00:00Z"}""", 400, "body-invalid")]
    [InlineData("[]", 400, "body-invalid")]
    [InlineData("null", 400, null)]
    public async Task A_bad_policy_is_refused_with_a_code(string body, int status, string? code)
    {
        await HttpSteps.IsProblem(await HttpSteps.Post(service.Client(null, "policy-admin"), "/residency/policies", body), status, code);
    }

    [Fact]
    public async Task Evaluation_stores_nothing_and_is_for_the_own_tenant()
    {
        var body = Placement("eu-west-1");
        Assert.Equal(HttpStatusCode.OK, (await HttpSteps.Post(service.Client("acme", "requester"), "/residency/evaluate", body)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await HttpSteps.Post(service.Client(null, "operator"), "/residency/evaluate", body)).StatusCode);
        await HttpSteps.IsProblem(await HttpSteps.Post(service.Client("globex", "requester"), "/residency/evaluate", body), 404, "not-found");
        await HttpSteps.IsProblem(await HttpSteps.Post(service.Client(null, "requester"), "/residency/evaluate", body), 403, "tenant-missing");
        await HttpSteps.IsProblem(await HttpSteps.Post(service.Client("acme", "requester"), "/residency/evaluate", body.Replace("\"acme\"", "\"\"", StringComparison.Ordinal)), 422, "input-invalid");
        await HttpSteps.IsProblem(await HttpSteps.Post(service.Client("acme", "requester"), "/residency/evaluate", body.Replace("\"dataId\"", "\"data_id\"", StringComparison.Ordinal)), 400, null);
        Assert.Equal(0, await service.Query<long>($"SELECT count(*) FROM policy.placement WHERE placement ->> 'dataType' = '{_type}'"));
    }

    [Fact]
    public async Task Classification_is_versioned_and_of_the_own_tenant()
    {
        var officer = service.Client("acme", "compliance-officer");
        var path = $"/data/{_type}/classification";
        await HttpSteps.IsProblem(await officer.GetAsync(path), 404, "not-found");

        var first = await HttpSteps.Post(officer, "/data/classify", Classification("content"));
        var again = await HttpSteps.Post(officer, "/data/classify", Classification("content"));
        var stricter = await HttpSteps.Post(officer, "/data/classify", Classification("identity"));

        Assert.Equal(1, (await HttpSteps.Json(first)).GetProperty("version").GetInt32());
        Assert.Equal(1, (await HttpSteps.Json(again)).GetProperty("version").GetInt32());
        Assert.Equal(2, (await HttpSteps.Json(stricter)).GetProperty("version").GetInt32());
        var read = await HttpSteps.Json(await officer.GetAsync(path));
        Assert.Equal(("identity", "required"), (read.GetProperty("classification").GetString(), read.GetProperty("obligations").GetProperty("encryption").GetString()));
        await HttpSteps.IsProblem(await service.Client("globex", "compliance-officer").GetAsync(path), 404, "not-found");
        await HttpSteps.IsProblem(await service.Client("globex", "compliance-officer").GetAsync(path + "?tenantId=acme"), 404, "not-found");
        Assert.Equal(HttpStatusCode.OK, (await service.Client(null, "operator").GetAsync(path + "?tenantId=acme")).StatusCode);
        await HttpSteps.IsProblem(await service.Client(null, "operator").GetAsync(path), 422, "input-invalid");
        await HttpSteps.IsProblem(await HttpSteps.Post(officer, "/data/classify", Classification("secret")), 422, "classification-unknown");
        await HttpSteps.IsProblem(await HttpSteps.Post(officer, "/data/classify", Classification("content").Replace("\"order\"", "\"other\"", StringComparison.Ordinal)), 409, "data-type-differs");
        await Eventually.True(() => service.Heard.Count(heard => heard.Exchange == "DataClassified" && heard.Body.GetProperty("dataId").GetString() == _type) == 2, "both changes are told");
    }

    [Fact]
    public async Task The_database_itself_keeps_tenants_apart()
    {
        await HttpSteps.Post(service.Client("acme", "compliance-officer"), "/data/classify", Classification("content"));
        await using var role = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(service.AdminDatabase) { Database = "policy", Username = "policy", Password = "test" });
        async Task<long> Count(string tenant)
        {
            await using var connection = await role.OpenConnectionAsync();
            await using var command = new NpgsqlCommand($"SELECT set_config('sovereignty.tenant', '{tenant}', false); SELECT count(*) FROM policy.classification WHERE data_id = '{_type}'", connection);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.NextResultAsync();
            await reader.ReadAsync();
            return reader.GetInt64(0);
        }

        Assert.Equal((1, 1, 0, 0), (await Count("acme"), await Count("*"), await Count("globex"), await Count("")));
        await using var change = role.CreateCommand("UPDATE policy.residency_policy SET mode = 'hybrid'");
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => change.ExecuteNonQueryAsync())).SqlState);
    }

    private string Policy(string country, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        $$"""{"tenantId":"acme","dataType":"{{_type}}","mode":"single-country","parameters":{"country":"{{country}}"},"validFrom":"{{from ?? World.LongAgo:O}}"{{(to is null ? "" : $",\"validTo\":\"{to:O}\"")}}}""";

    private string Classification(string level) => $$"""{"dataId":"{{_type}}","dataType":"order","classification":"{{level}}"}""";

    private string Placement(string region) =>
        $$"""{"tenantId":"acme","dataId":"d","dataType":"{{_type}}","classification":"content","primaryRegion":"{{region}}","replicaRegions":[],"backupRegions":[]}""";

    private async Task<JsonElement> Decision(string region) => await HttpSteps.Json(await HttpSteps.Post(service.Client("acme", "requester"), "/residency/evaluate", Placement(region)));

    private async Task<JsonElement> Until(string code)
    {
        JsonElement decision = default;
        await Eventually.True(async () => (decision = await Decision("eu-west-1")).GetProperty("code").GetString() == code, $"the decision is {code}");
        return decision;
    }

    private async Task<(string? Code, string? PolicyId, int Version)> Evaluate(string region)
    {
        var decision = await Decision(region);
        return (decision.GetProperty("code").GetString(), decision.GetProperty("policyId").GetString(), decision.GetProperty("policyVersion").GetInt32());
    }

    private static async Task<List<string?>> Ids(HttpClient client)
    {
        var ids = new List<string?>();
        for (string? cursor = null; ;)
        {
            var page = await HttpSteps.Json(await client.GetAsync($"/residency/policies?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}"));
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
            if ((cursor = page.GetProperty("nextCursor").GetString()) is null)
            {
                return ids;
            }
        }
    }
}
