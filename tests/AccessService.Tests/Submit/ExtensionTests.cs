namespace Sovereignty.AccessService.Tests.Submit;

[Collection(nameof(RunningAccessService))]
public sealed class ExtensionTests(RunningAccessService service)
{
    [Fact]
    public async Task An_extension_is_decided_anew_and_goes_on_where_the_grant_ends()
    {
        var old = await Life.Submit(service);
        await old.Reaches("awaiting-approval");
        var end = (await old.Command(Person.ApproverDe, "approve")).GetProperty("grant").GetProperty("endsAt").GetDateTimeOffset();

        var extended = (await service.Send(Person.Requester, HttpMethod.Post, "/access/extend", Body(old.Id, "PT2H"), 201)).Body;
        var life = new Life(service, extended.GetProperty("requestId").GetGuid(), old.DataId);
        Assert.Equal(old.Id, extended.GetProperty("extends").GetGuid());
        Assert.Equal(end, extended.GetProperty("start").GetDateTimeOffset());
        foreach (var name in new[] { "dataId", "sourceRegion", "targetRegion", "targetCountry", "purpose", "actions" })
        {
            Assert.Equal((await old.Get()).GetProperty(name).ToString(), extended.GetProperty(name).ToString());
        }

        await life.Reaches("awaiting-approval");
        var grant = (await life.Command(Person.ApproverDe, "approve")).GetProperty("grant");
        Assert.Equal((end, end.AddHours(2)), (grant.GetProperty("startsAt").GetDateTimeOffset(), grant.GetProperty("endsAt").GetDateTimeOffset()));
        Assert.Equal("active", (await old.Get()).GetProperty("grant").GetProperty("state").GetString());
        Assert.Equal(old.Id, service.EventsOf(life.Id).First(heard => heard.Type == "AccessRequested").Body.GetProperty("extends").GetGuid());

        // Ending one leaves the other.
        await old.Command(Person.ComplianceOfficer, "revoke");
        Assert.Equal("scheduled", (await life.Get()).GetProperty("grant").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Only_what_is_granted_to_oneself_can_go_on()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");
        await Refused(Person.Requester, life.Id, 409, "no-grant", "awaiting-approval");
        await life.Command(Person.ApproverDe, "approve");
        await service.Refused(Person.Requester with { Subject = "somebody-else" }, HttpMethod.Post, "/access/extend", Body(life.Id), 404, "not-found");
        await service.Refused(Person.RequesterGlobex, HttpMethod.Post, "/access/extend", Body(life.Id), 404, "not-found");
        await service.Refused(Person.ApproverDe, HttpMethod.Post, "/access/extend", Body(life.Id), 403, "role-missing");
        await service.Refused(Person.Requester, HttpMethod.Post, "/access/extend", Body(Guid.NewGuid()), 404, "not-found");
        await service.Refused(Person.Requester, HttpMethod.Post, "/access/extend", Body(life.Id, "soon"), 422, "input-invalid");

        await life.Command(Person.Requester, "give-back");
        await Refused(Person.Requester, life.Id, 409, "already-decided", "given-back");
    }

    [Fact]
    public async Task A_purpose_is_known_by_the_platform_or_by_a_rule()
    {
        var tenant = new Tenant();
        await tenant.Directory(service);
        var body = Life.Body("data-1") with { Purpose = "whale-watching" };
        var problem = await service.Refused(tenant.Requester, HttpMethod.Post, "/access/request", body, 422, "purpose-unknown");
        Assert.Contains("customer-support", problem.GetProperty("purposes").EnumerateArray().Select(purpose => purpose.GetString()));

        await service.Send(tenant.Officer, HttpMethod.Post, "/access/rules", new { tenantId = tenant.Name, purpose = "whale-watching", stages = new[] { new { name = "Whales", roles = new[] { "approver" }, quorum = 1 } } }, 201);
        await service.Send(tenant.Requester, HttpMethod.Post, "/access/request", body, 201);
        Assert.True((await Purposes(tenant.Requester)).ContainsKey("whale-watching"));
        Assert.False((await Purposes(new Tenant().Requester)).ContainsKey("whale-watching"));
        Assert.True((await Purposes(tenant.Requester))["foreign-authority-demand"]);
    }

    [Fact]
    public async Task A_demand_of_a_foreign_authority_is_decided_by_legal_then_data_protection()
    {
        var data = $"data-{Guid.NewGuid():N}";
        service.Policies[data] = Answers.Allowed;
        var life = await Life.Submit(service, data, change: body => body with { Purpose = "foreign-authority-demand" });
        await life.Reaches("awaiting-approval");
        await life.Refused(Person.DpoDe, "approve", 403, "role-missing");
        await life.Command(Person.LegalDe, "approve");
        Assert.Equal("approved", (await life.Command(Person.DpoDe, "approve")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_budget_asked_for_is_the_grants()
    {
        var life = await Life.Submit(service, change: body => body with { Budget = new() { Uses = 3 } });
        await life.Reaches("awaiting-approval");
        var grant = (await life.Command(Person.ApproverDe, "approve")).GetProperty("grant");
        Assert.Equal(3, grant.GetProperty("budget").GetProperty("uses").GetInt32());
    }

    private static object Body(Guid requestId, string duration = "PT8H") => new { requestId, duration, justification = "It takes longer" };

    private async Task Refused(Person person, Guid id, int status, string code, string state)
    {
        var problem = await service.Refused(person, HttpMethod.Post, "/access/extend", Body(id), status, code);
        Assert.Equal(state, problem.GetProperty("state").GetString());
    }

    private async Task<Dictionary<string, bool>> Purposes(Person person) =>
        (await service.Send(person, HttpMethod.Get, "/access/purposes?limit=500", null, 200)).Body.GetProperty("items").EnumerateArray()
            .ToDictionary(purpose => purpose.GetProperty("code").GetString()!, purpose => purpose.GetProperty("shipped").GetBoolean());
}
