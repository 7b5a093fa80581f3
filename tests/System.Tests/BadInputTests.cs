using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Sovereignty.Testing;

namespace Sovereignty.SystemTests;

[Collection(nameof(PlatformFixture))]
public sealed class BadInputTests(PlatformFixture platform)
{
    private const string Placement = """{"tenantId":"acme","dataId":"d","dataType":"order","classification":"transactional","primaryRegion":"eu-central-1","replicaRegions":[],"backupRegions":[]}""";

    [Theory]
    [InlineData("platform-service", "POST", "/data/classify", """{"dataId":"d1","dataType":"order","classification":"secret"}""", 422, "classification-unknown")]
    [InlineData("platform-service", "POST", "/data/classify", """{"dataId":"d1","dataType":"order"}""", 422, "classification-unknown")]
    [InlineData("platform-service", "POST", "/data/classify", """{"dataType":"order","classification":"content"}""", 400, "body-invalid")]
    [InlineData("platform-service", "POST", "/data/classify", "{", 400, "body-invalid")]
    [InlineData("platform-service", "GET", "/data/no-such-data/classification", null, 404, "not-found")]
    [InlineData("requester", "POST", "/data/classify", """{"dataId":"d1","dataType":"order","classification":"content"}""", 403, "role-missing")]
    [InlineData(null, "POST", "/data/classify", """{"dataId":"d1","dataType":"order","classification":"content"}""", 401, "token-missing")]
    [InlineData("region-admin", "POST", "/regions", """{"code":"aws-global","provider":"aws","partition":"aws","country":"US","operator":"Amazon Web Services","operatorJurisdictions":["US"]}""", 422, "region-not-a-place")]
    [InlineData("region-admin", "POST", "/regions", """{"code":"eu-mars-1","provider":"aws","partition":"aws","country":"DE","operator":"Amazon Web Services","operatorJurisdictions":["DE","US"]}""", 422, "region-unknown-to-provider")]
    [InlineData("region-admin", "GET", "/regions/no-such-region", null, 404, "not-found")]
    [InlineData("region-admin", "PUT", "/regions/eu-central-1", """{"operator":"x","operatorJurisdictions":["DE"],"endpoints":[],"state":"draining"}""", 428, "if-match-missing")]
    [InlineData("region-admin", "DELETE", "/regions/eu-central-1", null, 428, "if-match-missing")]
    [InlineData("requester", "POST", "/regions", """{"code":"x-1","provider":"own","partition":"own","country":"DE","operator":"x","operatorJurisdictions":["DE"]}""", 403, "role-missing")]
    [InlineData("policy-admin", "GET", "/residency/policies/11111111-1111-1111-1111-111111111111", null, 404, "not-found")]
    [InlineData("policy-admin", "POST", "/residency/policies", """{"tenantId":"acme","mode":"single-country","parameters":{},"validFrom":"2026-01-01T00:00:00Z"}""", 422, "parameters-invalid")]
    [InlineData("policy-admin", "POST", "/residency/policies", """{"tenantId":"acme","mode":"everywhere","parameters":{},"validFrom":"2026-01-01T00:00:00Z"}""", 400, "body-invalid")]
    [InlineData("requester", "GET", "/access/audit", null, 403, "role-missing")]
    [InlineData("compliance-officer", "GET", "/access/audit?from=yesterday", null, 400, null)]
    [InlineData("compliance-officer", "GET", "/access/audit?limit=0", null, 400, null)]
    [InlineData("compliance-officer", "GET", "/nowhere", null, 404, "not-found")]
    public async Task Bad_input_gets_a_problem_with_a_code(string? person, string method, string path, string? body, int status, string? code)
    {
        var client = await platform.Client(person);
        using var request = new HttpRequestMessage(new(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        await AssertProblem(await client.SendAsync(request), status, code);
    }

    [Fact]
    public async Task A_body_of_1_MB_is_refused()
    {
        var client = await platform.Client("platform-service");
        var response = await client.PostAsync("/data/classify", new StringContent(new string('x', 1024 * 1024), Encoding.UTF8, "application/json"));
        await AssertProblem(response, 413, "body-too-large");
    }

    [Fact]
    public async Task Another_content_type_is_refused()
    {
        var client = await platform.Client("platform-service");
        var response = await client.PostAsync("/data/classify", new StringContent("<x/>", Encoding.UTF8, "application/xml"));
        await AssertProblem(response, 415, "content-type-unsupported");
    }

    [Fact]
    public async Task An_expired_token_and_a_forged_one_are_refused_each_with_its_code()
    {
        var client = platform.Anonymous();
        var token = await platform.Token("compliance-officer", ttl: 1);
        HttpResponseMessage? response = null;
        await Eventually.True(
            async () =>
            {
                response = await Get(client, token);
                return (int)response.StatusCode == 401;
            },
            "the token expires");
        await AssertProblem(response!, 401, "token-expired");
        await AssertProblem(await Get(client, token[..^4] + "AAAA"), 401, "token-invalid");
    }

    [Fact]
    public async Task An_unknown_person_gets_no_token()
    {
        var response = await platform.Anonymous().PostAsync("/connect/token", new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "password", ["username"] = "nobody", ["password"] = "x" }));
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("invalid_grant", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Another_tenants_data_is_not_found_and_cannot_be_asked_about()
    {
        var mine = $"mine-{Guid.NewGuid():N}";
        var service = await platform.Client("platform-service");
        (await service.PostAsJsonAsync("/data/classify", new { dataId = mine, dataType = "order", classification = "content" })).EnsureSuccessStatusCode();

        Assert.Equal(200, (int)(await service.GetAsync($"/data/{mine}/classification")).StatusCode);
        await AssertProblem(await (await platform.Client("compliance-globex")).GetAsync($"/data/{mine}/classification"), 404, "not-found");

        var foreign = await (await platform.Client("requester-globex")).PostAsync("/residency/evaluate", new StringContent(Placement, Encoding.UTF8, "application/json"));
        Assert.True((int)foreign.StatusCode is 403 or 404, $"{foreign.StatusCode}");
    }

    [Fact]
    public async Task A_stale_ETag_is_refused_and_an_idempotency_key_answers_once()
    {
        var client = await platform.Client("policy-admin");
        var key = Guid.NewGuid().ToString();
        var type = $"type-{Guid.NewGuid():N}";
        var body = $$"""{"tenantId":"globex","dataType":"{{type}}","mode":"single-country","parameters":{"country":"DE"},"validFrom":"2026-01-01T00:00:00Z"}""";

        var first = await Post(client, "/residency/policies", body, key);
        var again = await Post(client, "/residency/policies", body, key);
        Assert.Equal((201, 201), ((int)first.StatusCode, (int)again.StatusCode));
        var id = (await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        Assert.Equal(id, (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
        await AssertProblem(await Post(client, "/residency/policies", body.Replace("\"DE\"", "\"FR\""), key), 422, "idempotency-key-reused");
        await AssertProblem(await Post(client, "/residency/policies", body, Guid.NewGuid().ToString()), 409, "policy-overlaps");

        using var stale = new HttpRequestMessage(HttpMethod.Put, $"/residency/policies/{id}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        stale.Headers.TryAddWithoutValidation("If-Match", "\"99\"");
        await AssertProblem(await client.SendAsync(stale), 412, "etag-stale");
    }

    [Fact]
    public async Task An_unknown_region_is_named_in_the_decision()
    {
        var client = await platform.Client("platform-service");
        var response = await client.PostAsync("/residency/evaluate", new StringContent(Placement.Replace("eu-central-1", "eu-mars-1"), Encoding.UTF8, "application/json"));
        var decision = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(("indeterminate", "region-unknown"), (decision.GetProperty("outcome").GetString(), decision.GetProperty("code").GetString()));
        Assert.Contains("eu-mars-1", decision.GetProperty("message").GetString());
    }

    private static Task<HttpResponseMessage> Post(HttpClient client, string path, string body, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        return client.SendAsync(request);
    }

    private static Task<HttpResponseMessage> Get(HttpClient client, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/access/audit");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client.SendAsync(request);
    }

    private static async Task AssertProblem(HttpResponseMessage response, int status, string? code)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("detail").GetString()));
        var actual = problem.GetProperty("code").GetString();
        Assert.False(string.IsNullOrWhiteSpace(actual));
        if (code is not null)
        {
            Assert.Equal(code, actual);
        }
    }
}
