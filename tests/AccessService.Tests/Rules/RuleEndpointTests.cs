using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Rules;

[Collection(nameof(RunningAccessService))]
public sealed class RuleEndpointTests(RunningAccessService service)
{
    private readonly Tenant _tenant = new();

    [Fact]
    public async Task A_rule_is_published_changed_used_and_retired()
    {
        await _tenant.Directory(service);
        var created = await Send(_tenant.Officer, HttpMethod.Post, "/access/rules", Rule(purpose: "secret-research", name: "First"), 201);
        var id = created.Body.GetProperty("id").GetGuid();
        Assert.Equal((1, "\"1\""), (created.Body.GetProperty("version").GetInt32(), created.ETag));

        var first = await Routed("secret-research");
        var changed = await Send(_tenant.Officer, HttpMethod.Put, $"/access/rules/{id}", Rule(purpose: "secret-research", name: "Second"), 200, "\"1\"");
        Assert.Equal((2, "\"2\""), (changed.Body.GetProperty("version").GetInt32(), changed.ETag));
        var second = await Routed("secret-research");

        Assert.Equal((id, 1, "First"), first);
        Assert.Equal((id, 2, "Second"), second);
        await Send(_tenant.Officer, HttpMethod.Delete, $"/access/rules/{id}", null, 204, "\"2\"");
        await Refused(_tenant.Officer, HttpMethod.Put, $"/access/rules/{id}", Rule(purpose: "secret-research"), 409, "rule-retired", "\"3\"");
        await Refused(_tenant.Requester, HttpMethod.Post, "/access/request", Life.Body("data-1") with { Purpose = "secret-research" }, 422, "purpose-unknown");

        var versions = (await Send(_tenant.Approver, HttpMethod.Get, $"/access/rules/{id}/versions", null, 200)).Body.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(
            [(1, "First", false), (2, "Second", false), (3, "Second", true)],
            versions.Select(version => (version.GetProperty("version").GetInt32(), version.GetProperty("stages")[0].GetProperty("name").GetString(), version.GetProperty("retired").GetBoolean())));
        Assert.All(versions, version => Assert.Equal(_tenant.Officer.Subject, version.GetProperty("recordedBy").GetString()));
        await Eventually.True(() => Told(id).Count == 3, "every version is told");
        Assert.Equal([(1, false), (2, false), (3, true)], Told(id));
    }

    [Fact]
    public async Task A_rule_by_which_nobody_could_decide_is_refused()
    {
        await _tenant.Directory(service);
        var problem = await Refused(_tenant.Officer, HttpMethod.Post, "/access/rules", Rule(quorum: 3, name: "Three of two"), 422, "nobody-can-approve");
        Assert.Equal("Three of two", problem.GetProperty("stage").GetString());
        await Refused(_tenant.Officer, HttpMethod.Post, "/access/rules", Rule(source: "IT"), 422, "nobody-can-approve");

        var created = await Send(_tenant.Officer, HttpMethod.Post, "/access/rules", Rule(quorum: 2), 201);
        Assert.Equal(["FR", "US"], created.Body.GetProperty("nobodyIn").EnumerateArray().Select(place => place.GetProperty("jurisdiction").GetString()));
    }

    [Fact]
    public async Task Two_rules_for_one_scope_are_refused_and_of_two_writers_one_wins()
    {
        await _tenant.Directory(service);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Answer(_tenant.Officer, HttpMethod.Post, "/access/rules", Rule())));
        Assert.Equal([201, 409, 409, 409], answers.Select(answer => answer.Status).Order());
        var id = answers.Single(answer => answer.Status == 201).Body.GetProperty("id").GetGuid();
        Assert.All(answers.Where(answer => answer.Status == 409), answer => Assert.Equal(("rule-exists", id), (answer.Body.GetProperty("code").GetString(), answer.Body.GetProperty("ruleId").GetGuid())));

        var changes = await Task.WhenAll(Enumerable.Range(0, 4).Select(place => Answer(_tenant.Officer, HttpMethod.Put, $"/access/rules/{id}", Rule(name: $"Writer {place}"), "\"1\"")));
        Assert.Equal([200, 412, 412, 412], changes.Select(answer => answer.Status).Order());
        await Refused(_tenant.Officer, HttpMethod.Put, $"/access/rules/{id}", Rule(), 428, "if-match-missing");
        await Refused(_tenant.Officer, HttpMethod.Delete, $"/access/rules/{id}", null, 412, "etag-stale", "\"1\"");
    }

    [Fact]
    public async Task All_faults_are_said_at_once()
    {
        var problem = await Refused(_tenant.Officer, HttpMethod.Post, "/access/rules", Rule(source: "XX", quorum: 0, role: "requester"), 422, "country-unknown");
        Assert.Equal(["country-unknown", "role-unknown", "quorum-invalid"], problem.GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_tenants_rules_are_its_compliance_officers_and_nobody_elses()
    {
        await _tenant.Directory(service);
        var id = (await Send(_tenant.Officer, HttpMethod.Post, "/access/rules", Rule(), 201)).Body.GetProperty("id").GetGuid();
        var other = new Tenant().Officer;

        await Refused(_tenant.Approver, HttpMethod.Post, "/access/rules", Rule(), 403, "role-missing");
        await Refused(other, HttpMethod.Post, "/access/rules", Rule(), 404, "not-found");
        await Refused(other, HttpMethod.Get, $"/access/rules/{id}", null, 404, "not-found");
        await Refused(other, HttpMethod.Put, $"/access/rules/{id}", Rule(), 404, "not-found", "*");
        await Refused(other, HttpMethod.Delete, $"/access/rules/{id}", null, 404, "not-found", "*");
        await Refused(_tenant.Officer, HttpMethod.Post, "/access/rules", Rule() with { TenantId = null }, 403, "role-missing");
        await Refused(Person.Operator, HttpMethod.Get, "/access/rules", null, 403, "role-missing");
        await Refused(_tenant.Officer, HttpMethod.Put, $"/access/rules/{id}", Rule() with { TenantId = "acme" }, 422, "tenant-fixed", "*");

        Assert.Equal(200, (await Answer(Person.PolicyAdmin, HttpMethod.Put, $"/access/rules/{id}", Rule(name: "By the platform"), "\"1\"")).Status);
        Assert.Contains(id, await Listed(_tenant.Requester));
        Assert.DoesNotContain(id, await Listed(other));
    }

    [Fact]
    public async Task The_rule_for_everything_can_be_changed_but_neither_narrowed_nor_retired()
    {
        var all = (await Send(Person.PolicyAdmin, HttpMethod.Get, "/access/rules?limit=500", null, 200)).Body.GetProperty("items").EnumerateArray();
        var last = all.Single(rule => new[] { "tenantId", "purpose", "classification", "sourceJurisdiction", "destination" }.All(name => !rule.TryGetProperty(name, out var scope) || scope.ValueKind is JsonValueKind.Null));
        var id = last.GetProperty("id").GetGuid();

        await Refused(_tenant.Officer, HttpMethod.Delete, $"/access/rules/{id}", null, 403, "role-missing", "*");
        await Refused(Person.PolicyAdmin, HttpMethod.Delete, $"/access/rules/{id}", null, 409, "rule-last", "*");
        await Refused(Person.PolicyAdmin, HttpMethod.Put, $"/access/rules/{id}", Rule() with { TenantId = null, Purpose = "audit" }, 409, "rule-last", "*");
    }

    private sealed record RuleBody(string? TenantId, string? Purpose, string? SourceJurisdiction, bool Automatic, object[] Stages);

    private RuleBody Rule(string? purpose = null, string? source = null, string name = "Approval", int quorum = 1, string role = "approver") =>
        new(_tenant.Name, purpose, source, false, [new { name, roles = new[] { role }, quorum }]);

    private async Task<(Guid, int, string)> Routed(string purpose)
    {
        var answer = await Send(_tenant.Requester, HttpMethod.Post, "/access/request", Life.Body($"data-{Guid.NewGuid():N}") with { Purpose = purpose }, 201);
        var id = answer.Body.GetProperty("requestId").GetGuid();
        JsonElement view = default;
        await Eventually.True(async () => (view = (await Answer(_tenant.Officer, HttpMethod.Get, $"/access/requests/{id}", null)).Body).GetProperty("state").GetString() == "awaiting-approval", "it waits for approval");
        return (view.GetProperty("ruleId").GetGuid(), view.GetProperty("ruleVersion").GetInt32(), view.GetProperty("stages")[0].GetProperty("name").GetString()!);
    }

    private IReadOnlyList<(int, bool)> Told(Guid id) =>
    [
        .. service.Heard.DistinctBy(heard => heard.MessageId)
            .Where(heard => heard.Type == "ApprovalRuleChanged" && heard.Body.GetProperty("rule").GetProperty("id").GetGuid() == id)
            .Select(heard => (heard.Body.GetProperty("rule").GetProperty("version").GetInt32(), heard.Body.GetProperty("retired").GetBoolean())),
    ];

    private async Task<IEnumerable<Guid>> Listed(Person person) =>
        (await Send(person, HttpMethod.Get, "/access/rules?limit=500", null, 200)).Body.GetProperty("items").EnumerateArray().Select(rule => rule.GetProperty("id").GetGuid());

    private Task<(int Status, JsonElement Body, string? ETag)> Answer(Person person, HttpMethod method, string path, object? body, string? ifMatch = null) => service.Ask(person, method, path, body, ifMatch);

    private Task<(int Status, JsonElement Body, string? ETag)> Send(Person person, HttpMethod method, string path, object? body, int status, string? ifMatch = null) => service.Send(person, method, path, body, status, ifMatch);

    private Task<JsonElement> Refused(Person person, HttpMethod method, string path, object? body, int status, string code, string? ifMatch = null) => service.Refused(person, method, path, body, status, code, ifMatch);
}
