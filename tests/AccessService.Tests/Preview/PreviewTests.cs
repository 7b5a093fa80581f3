using System.Text.Json;
using Sovereignty.AccessService.SubmitAccess;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Preview;

[Collection(nameof(RunningAccessService))]
public sealed class PreviewTests(RunningAccessService service)
{
    private readonly Tenant _tenant = new();
    private readonly string _data = $"data-{Guid.NewGuid():N}";

    public static TheoryData<string> Names => [.. Cases.Select(given => given.Name)];

    private static IReadOnlyList<Case> Cases { get; } =
    [
        new("approvers decide", Answers.Restricted, body => body, "needs-approval", null),
        new("a rule grants", Answers.Allowed, body => body, "granted-by-rule", null),
        new("law refuses", Answers.Refused, body => body, "refused", "mechanism-missing"),
        new("the data is unknown", question => Answers.Refused(question) with { Code = AccessCodes.DataUnknown, SourceCountry = null, Classification = null, CrossBorder = null }, body => body, "refused", "data-unknown"),
        new("nobody is there", question => Answers.Restricted(question) with { SourceCountry = "IT" }, body => body, "refused", "nobody-can-approve"),
        new("the rule allows less time", Answers.Restricted, body => body with { Purpose = "audit" }, "refused", "duration-too-long"),
        new("two stages of two people", Answers.Restricted, body => body with { Purpose = "foreign-authority-demand" }, "needs-approval", null),
        new("the mechanism ends before it begins", Answers.Restricted, body => body with { Start = TimeProvider.System.GetUtcNow().AddDays(200), Mechanism = body.Mechanism! with { ValidUntil = TimeProvider.System.GetUtcNow().AddDays(100) } }, "refused", "mechanism-invalid"),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_preview_says_what_then_becomes_of_the_request(string name)
    {
        var given = Cases.Single(known => known.Name == name);
        await _tenant.Directory(service);
        await service.Send(_tenant.Officer, HttpMethod.Post, "/access/rules", new { tenantId = _tenant.Name, purpose = "audit", automatic = true, longestDuration = "PT1H", stages = new[] { new { name = "Audit", roles = new[] { "approver" }, quorum = 1 } } }, 201);
        service.Policies[_data] = given.Policy;
        var body = given.Change(Life.Body(_data));

        var preview = (await service.Send(_tenant.Requester, HttpMethod.Post, "/access/preview", body, 200)).Body;
        Assert.Equal(given.Outcome, preview.GetProperty("outcome").GetString());
        Assert.Empty((await service.Send(_tenant.Officer, HttpMethod.Get, "/access/requests", null, 200)).Body.GetProperty("items").EnumerateArray());

        var id = (await service.Send(_tenant.Requester, HttpMethod.Post, "/access/request", body, 201)).Body.GetProperty("requestId").GetGuid();
        JsonElement view = default;
        await Eventually.True(async () => (view = (await service.Ask(_tenant.Officer, HttpMethod.Get, $"/access/requests/{id}")).Body).GetProperty("state").GetString() is not ("submitted" or "validating"), "it was assessed");
        Assert.Equal(given.Outcome switch { "needs-approval" => "awaiting-approval", "granted-by-rule" => "approved", _ => "refused" }, view.GetProperty("state").GetString());
        if (given.Code is not null)
        {
            Assert.Equal((given.Code, given.Code), (preview.GetProperty("code").GetString(), view.GetProperty("code").GetString()));
            Assert.Equal(preview.GetProperty("reason").GetString(), view.GetProperty("reason").GetString());
            Assert.Contains(given.Code, preview.GetProperty("missing").EnumerateArray().Select(missing => missing.GetProperty("code").GetString()));
        }

        if (given.Outcome == "needs-approval")
        {
            Assert.Equal(Id(view, "ruleId"), preview.TryGetProperty("rule", out var rule) && rule.ValueKind is JsonValueKind.Object ? Id(rule, "id") : null);
            Assert.Equal(
                view.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("name").GetString()),
                preview.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("name").GetString()));
            await AssertEligible(preview, id);
        }
    }

    [Fact]
    public async Task Who_could_decide_is_named_stage_after_stage()
    {
        await _tenant.Directory(service);
        var preview = (await service.Send(_tenant.Requester, HttpMethod.Post, "/access/preview", Life.Body(_data) with { Purpose = "foreign-authority-demand" }, 200)).Body;
        Assert.Equal([["lea"], ["dan"]], preview.GetProperty("stages").EnumerateArray().Select(Eligible));
        Assert.Equal("DE", preview.GetProperty("jurisdiction").GetString());
        Assert.Equal("P30D", preview.GetProperty("longestDuration").GetString());
    }

    [Fact]
    public async Task The_smaller_budget_and_the_shorter_duration_are_told()
    {
        await _tenant.Directory(service);
        await service.Send(_tenant.Officer, HttpMethod.Post, "/access/rules", new { tenantId = _tenant.Name, longestDuration = "P2D", budget = new { uses = 10 }, stages = new[] { new { name = "Approval", roles = new[] { "approver" }, quorum = 2 } } }, 201);
        var preview = (await service.Send(_tenant.Requester, HttpMethod.Post, "/access/preview", Life.Body(_data) with { Budget = new() { Uses = 20, Records = 5 } }, 200)).Body;
        Assert.Equal((10, 5), (preview.GetProperty("budget").GetProperty("uses").GetInt32(), preview.GetProperty("budget").GetProperty("records").GetInt32()));
        Assert.Equal("P2D", preview.GetProperty("longestDuration").GetString());
        Assert.Equal([["ada", "bob"]], preview.GetProperty("stages").EnumerateArray().Select(Eligible));
    }

    [Fact]
    public async Task Everything_in_the_way_is_said_not_only_the_first()
    {
        service.Policies[_data] = question => Answers.Refused(question) with { SourceCountry = "IT" };
        await _tenant.Directory(service);
        await service.Stands(_tenant.Requester, active: false);
        var preview = (await service.Send(_tenant.Requester, HttpMethod.Post, "/access/preview", Life.Body(_data), 200)).Body;
        Assert.Equal(["mechanism-missing", "standing-missing", "nobody-can-approve"], preview.GetProperty("missing").EnumerateArray().Select(missing => missing.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_preview_of_what_could_not_be_requested_is_refused_like_the_request()
    {
        await service.Refused(_tenant.Requester, HttpMethod.Post, "/access/preview", Life.Body(_data) with { Purpose = "curiosity" }, 422, "purpose-unknown");
        await service.Refused(_tenant.Requester, HttpMethod.Post, "/access/preview", Life.Body(_data) with { TargetCountry = "us" }, 422, "input-invalid");
        await service.Refused(_tenant.Approver, HttpMethod.Post, "/access/preview", Life.Body(_data), 403, "role-missing");
    }

    [Fact]
    public async Task Without_PolicyService_there_is_no_preview()
    {
        service.Policies[_data] = _ => null;
        await service.Refused(_tenant.Requester, HttpMethod.Post, "/access/preview", Life.Body(_data), 503, "policy-unavailable");
    }

    private async Task AssertEligible(JsonElement preview, Guid id)
    {
        foreach (var person in new[] { _tenant.Approver, _tenant.Approver2, _tenant.ApproverFr, _tenant.Legal, _tenant.Dpo })
        {
            var inbox = (await service.Send(person, HttpMethod.Get, "/access/inbox", null, 200)).Body.GetProperty("items").EnumerateArray();
            Assert.Equal(Eligible(preview.GetProperty("stages")[0]).Contains(person.Subject), inbox.Any(item => item.GetProperty("requestId").GetGuid() == id));
        }
    }

    private static IEnumerable<string> Eligible(JsonElement stage) => stage.GetProperty("eligible").EnumerateArray().Select(person => person.GetString()!);

    private static Guid? Id(JsonElement body, string name) => body.TryGetProperty(name, out var id) && id.ValueKind is JsonValueKind.String ? id.GetGuid() : null;

    private sealed record Case(string Name, Func<ValidateAccess, AccessValidated> Policy, Func<SubmitRequest, SubmitRequest> Change, string Outcome, string? Code);
}
