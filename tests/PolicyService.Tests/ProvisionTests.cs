using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Testing;

namespace Sovereignty.PolicyService.Tests;

[Collection(nameof(RunningPolicyService))]
public sealed class ProvisionTests(RunningPolicyService service) : IAsyncLifetime
{
    private readonly string _type = $"type-{Guid.NewGuid():N}";
    private readonly HttpClient _admin = service.Client(null, "policy-admin");
    private readonly HttpClient _officer = service.Client("acme", "compliance-officer");

    private LegalFact Ban => new()
    {
        Id = $"ban-{_type}",
        Kind = LegalFactKinds.PlatformRule,
        Instrument = "Security policy 12",
        DataTypes = [_type],
        Destinations = ["DE"],
        Effect = LegalEffect.NotInDestinations,
        ValidFrom = new(2026, 1, 1),
    };

    public Task InitializeAsync() => service.TellRegions();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_shipped_facts_and_rules_are_recorded_once_and_told()
    {
        var fact = await HttpSteps.Json(await _officer.GetAsync("/residency/facts/adequacy-eea-gb"));
        Assert.Equal((1, "policy-service", "2031-12-27"), (fact.GetProperty("version").GetInt32(), fact.GetProperty("recordedBy").GetString(), fact.GetProperty("fact").GetProperty("validUntil").GetString()));
        Assert.Equal(1, await service.Query<long>("SELECT count(*) FROM policy.provision WHERE kind = 'fact' AND key = 'adequacy-eea-gb'"));
        Assert.Equal(5, (await HttpSteps.Json(await _officer.GetAsync("/residency/rules"))).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_new_fact_decides_from_its_epoch_on_and_its_end_gives_the_data_its_place_back()
    {
        Assert.Equal("compliant", await CodeOf("eu-central-1"));

        var created = await Put("/residency/facts/" + Ban.Id, Ban, ifNoneMatch: "*");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var refused = await HttpSteps.Json(await Evaluate("eu-central-1"));
        Assert.Equal(("forbidden", ReasonCodes.TransferBanned), (refused.GetProperty("outcome").GetString(), refused.GetProperty("code").GetString()));
        Assert.Equal(Ban.Id, refused.GetProperty("citations")[0].GetProperty("factId").GetString());

        var ended = await Put("/residency/facts/" + Ban.Id, Ban with { ValidUntil = new(2026, 1, 2) }, ifMatch: "\"1\"");
        Assert.Equal("\"2\"", ended.Headers.ETag!.Tag);
        Assert.Equal("compliant", await CodeOf("eu-central-1"));
        Assert.Equal(2, (await HttpSteps.Json(await _officer.GetAsync($"/residency/facts/{Ban.Id}/versions"))).GetProperty("items").GetArrayLength());

        await Eventually.True(() => Told("LegalFactChanged", "fact", Ban.Id) == 2, "both versions are told");
        await Eventually.True(() => service.Heard.Any(heard => heard.Exchange == "EpochActivated"), "epochs are told");
    }

    [Fact]
    public async Task A_fact_changes_only_for_who_says_which_version_and_may()
    {
        var path = "/residency/facts/" + Ban.Id;

        await HttpSteps.IsProblem(await Put(path, Ban), 428, "if-none-match-missing");
        await HttpSteps.IsProblem(await Put(path, Ban, ifMatch: "\"1\""), 412, "etag-stale");
        Assert.Equal(HttpStatusCode.Created, (await Put(path, Ban, ifNoneMatch: "*")).StatusCode);
        await HttpSteps.IsProblem(await Put(path, Ban), 428, "if-match-missing");
        await HttpSteps.IsProblem(await Put(path, Ban, ifMatch: "\"7\""), 412, "etag-stale");
        await HttpSteps.IsProblem(await Put(path, Ban, ifMatch: "\"1\"", client: _officer), 403, "role-missing");
        await HttpSteps.IsProblem(await Put(path, new { id = Ban.Id, kind = Ban.Kind, instrument = "x", valid_until = "2026-01-02" }, ifMatch: "\"1\""), 400, "body-invalid");
        await HttpSteps.IsProblem(await Put(path, new { id = Ban.Id, kind = Ban.Kind, instrument = "x", dataTypes = (string[]?)null }, ifMatch: "\"1\""), 400, "body-invalid");
        await HttpSteps.IsProblem(await _officer.GetAsync("/residency/facts/nothing"), 404, "not-found");
        await HttpSteps.IsProblem(await _officer.GetAsync("/residency/facts/nothing/versions"), 404, "not-found");
    }

    [Theory]
    [InlineData("id", "another")]
    [InlineData("kind", "custom")]
    [InlineData("instrument", "")]
    [InlineData("validUntil", "2025-12-31")]
    [InlineData("from", "ATLANTIS")]
    [InlineData("to", "XX")]
    [InlineData("group", "EU")]
    public async Task A_fact_that_cannot_be_is_refused_with_the_field_and_what_to_do(string field, string value)
    {
        var body = JsonSerializer.SerializeToNode(Ban, ContractJson.Options)!;
        body[field] = value;
        var problem = await HttpSteps.IsProblem(await Put("/residency/facts/" + Ban.Id, body, ifNoneMatch: "*"), 422, code: null);
        Assert.Equal(field, problem.GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_tenant_chooses_its_retention_within_the_range_and_takes_it_back()
    {
        const string Path = "/residency/rules/operational/retention";
        var tenant = service.Client("retainer", "compliance-officer");
        var etag = (await tenant.GetAsync(Path)).Headers.ETag!.Tag;
        Assert.Equal("\"0\"", etag);

        var chosen = await Put(Path, new { least = "P2Y", most = "P3Y" }, ifMatch: etag, client: tenant);
        Assert.Equal(HttpStatusCode.OK, chosen.StatusCode);
        Assert.Equal(("P2Y", "P3Y"), await RetentionOf(tenant, "retainer"));
        Assert.Equal(("P1Y", "P1Y"), await RetentionOf(_officer, "acme"));
        await HttpSteps.IsProblem(await Put(Path, new { least = "P3Y", most = "P2Y" }, ifMatch: "\"1\"", client: tenant), 422, "retention-invalid");
        await HttpSteps.IsProblem(await Put(Path, new { least = "long" }, ifMatch: "\"1\"", client: tenant), 422, "retention-invalid");
        await HttpSteps.IsProblem(await Put(Path, new { tenantId = "acme", least = "P1D" }, ifMatch: "\"1\"", client: tenant), 404, "not-found");
        await HttpSteps.IsProblem(await Put(Path, new { least = "P1D" }, client: tenant), 428, "if-match-missing");

        Assert.Equal(HttpStatusCode.OK, (await Put(Path, new { }, ifMatch: "\"1\"", client: tenant)).StatusCode);
        Assert.Equal(("P1Y", "P1Y"), await RetentionOf(tenant, "retainer"));
        await Eventually.True(() => service.Heard.Count(heard => heard.Exchange == "RetentionRuleChanged" && heard.Body.GetProperty("tenantId").GetString() == "retainer") == 2, "both are told");
    }

    [Fact]
    public async Task The_platform_narrows_the_range_and_a_choice_outside_it_is_refused()
    {
        var (rule, etag) = await Rule("analytical");
        var narrowed = rule with { TenantRetention = new() { Least = "P1Y", Most = "P2Y" } };
        var changed = await Put("/residency/rules/analytical", narrowed, ifMatch: etag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);

        await HttpSteps.IsProblem(await Put("/residency/rules/analytical/retention", new { tenantId = "acme", least = "P5Y" }, ifMatch: "\"0\"", client: _officer), 422, "retention-outside-range");
        await HttpSteps.IsProblem(await Put("/residency/rules/analytical", narrowed with { LongestAccess = "for ever" }, ifMatch: changed.Headers.ETag!.Tag), 422, "rule-invalid");
        await HttpSteps.IsProblem(await Put("/residency/rules/analytical", narrowed, ifMatch: changed.Headers.ETag!.Tag, client: _officer), 403, "role-missing");
        await HttpSteps.IsProblem(await Put("/residency/rules/secret", narrowed, ifMatch: "*"), 404, "not-found");
        Assert.Equal(HttpStatusCode.OK, (await Put("/residency/rules/analytical", rule, ifMatch: changed.Headers.ETag!.Tag)).StatusCode);
    }

    [Fact]
    public async Task A_stricter_level_is_told_as_a_reclassification_and_a_looser_one_does_not_come_with_new_data()
    {
        var classified = await _officer.PostAsJsonAsync("/data/classify", new { dataId = _type, dataType = _type, classification = "content" });
        Assert.Equal(HttpStatusCode.OK, classified.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _officer.PostAsJsonAsync("/data/classify", new { dataId = _type, dataType = _type, classification = "identity" })).StatusCode);
        await Eventually.True(() => service.Heard.Any(heard => heard.Exchange == "DataReclassified" && heard.Body.GetProperty("dataId").GetString() == _type), "it is told");
        var told = service.Heard.First(heard => heard.Exchange == "DataReclassified" && heard.Body.GetProperty("dataId").GetString() == _type).Body;
        Assert.Equal(["encryption", "auditLog", "retention", "personalData", "crossBorder", "longestAccess"], told.GetProperty("stricterOn").EnumerateArray().Select(axis => axis.GetString()));

        await service.Publish(new DataCreated { OccurredAt = Evaluation.Tests.World.Now, TenantId = "acme", Actor = Actor.Service("test"), DataId = _type, DataType = _type, Classification = "content", PrimaryRegion = "eu-central-1" });
        await Eventually.True(() => service.Decisions("DataAdmitted", _type).Count == 1, "it is answered");
        Assert.Equal(Requirement.Required, service.Decisions("DataAdmitted", _type)[0].Obligations!.Encryption);
        Assert.Equal("identity", await service.Query<string>($"SELECT level FROM policy.classification WHERE data_id = '{_type}' ORDER BY version DESC LIMIT 1"));
    }

    [Fact]
    public async Task An_evaluation_explains_itself_step_by_step_and_takes_many()
    {
        var explained = await HttpSteps.Json(await _officer.PostAsync("/residency/evaluate?explain=true", Body(Placement("us-east-1", origin: "DE"))));
        var reasoning = string.Join('\n', explained.GetProperty("reasoning").EnumerateArray().Select(sentence => sentence.GetString()));
        Assert.Contains($"There is no policy for tenant acme and {_type} data.", reasoning, StringComparison.Ordinal);
        Assert.Contains("transfer-eea", reasoning, StringComparison.Ordinal);
        Assert.Contains("The primary in us-east-1 in US", reasoning, StringComparison.Ordinal);
        Assert.Contains("indeterminate, mechanism-missing", reasoning, StringComparison.Ordinal);

        var many = await HttpSteps.Json(await _officer.PostAsync("/residency/evaluate", Body($"[{Placement("us-east-1")},{Placement("eu-west-1")}]")));
        Assert.Equal(["primary-outside-residency", "compliant"], many.GetProperty("items").EnumerateArray().Select(decision => decision.GetProperty("code").GetString()));
        Assert.False(many.GetProperty("items")[0].TryGetProperty("reasoning", out _));

        var problem = await HttpSteps.IsProblem(await _officer.PostAsync("/residency/evaluate", Body($"[{Placement("eu-west-1")},{Placement("")}]")), 422, "input-invalid");
        Assert.Equal("[1].primaryRegion", problem.GetProperty("field").GetString());
        await HttpSteps.IsProblem(await _officer.PostAsync("/residency/evaluate", Body("[null]")), 400, "body-invalid");
        await HttpSteps.IsProblem(await _officer.PostAsync("/residency/evaluate", Body($"[{string.Join(',', Enumerable.Repeat(Placement("eu-west-1"), 1_001))}]")), 422, "input-invalid");
    }

    private async Task<(ClassificationRule Rule, string ETag)> Rule(string level)
    {
        var response = await _admin.GetAsync($"/residency/rules/{level}");
        return ((await HttpSteps.Json(response)).GetProperty("rule").Deserialize<ClassificationRule>(ContractJson.Options)!, response.Headers.ETag!.Tag);
    }

    private static async Task<(string? Least, string? Most)> RetentionOf(HttpClient client, string tenant)
    {
        var decision = await HttpSteps.Json(await client.PostAsync("/residency/evaluate", Body($$"""{"tenantId":"{{tenant}}","dataId":"d","dataType":"t","classification":"operational","primaryRegion":"eu-west-1"}""")));
        var retention = decision.GetProperty("obligations").GetProperty("retention");
        return (retention.GetProperty("least").GetString(), retention.GetProperty("most").GetString());
    }

    private int Told(string exchange, string member, string id) =>
        service.Heard.Count(heard => heard.Exchange == exchange && heard.Body.GetProperty(member).GetProperty("id").GetString() == id);

    private async Task<string?> CodeOf(string region) => (await HttpSteps.Json(await Evaluate(region))).GetProperty("code").GetString();

    private Task<HttpResponseMessage> Evaluate(string region) => _officer.PostAsync("/residency/evaluate", Body(Placement(region)));

    private string Placement(string region, string? origin = null) =>
        $$"""{"tenantId":"acme","dataId":"d","dataType":"{{_type}}","classification":"content","originCountry":{{(origin is null ? "null" : $"\"{origin}\"")}},"primaryRegion":"{{region}}"}""";

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    private Task<HttpResponseMessage> Put(string path, object body, string? ifMatch = null, string? ifNoneMatch = null, HttpClient? client = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body, options: ContractJson.Options) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        return (client ?? _admin).SendAsync(request);
    }
}
