using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Rules;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Tests.Rules;

public sealed class DecidabilityTests
{
    private static readonly ApprovalRule Rule = new()
    {
        Id = Guid.NewGuid(),
        Version = 1,
        Automatic = false,
        Stages = [new() { Name = "Approval", Roles = ["approver"], Quorum = 2 }],
    };

    private static readonly Standing[] People =
    [
        Someone("ada", "DE", "approver"), Someone("bob", "DE", "approver", "requester"), Someone("cem", "FR", "approver"), Someone("dan", "US", "requester"),
    ];

    [Fact]
    public void Somebody_can_decide_where_one_jurisdiction_has_enough_people_and_the_others_are_named()
    {
        var (nowhere, everywhere) = Decidability.Of(Rule, People);
        Assert.False(everywhere);
        Assert.Equal([new("acme", "FR", "Approval"), new("acme", "US", "Approval")], nowhere);
    }

    [Fact]
    public void Nobody_can_decide_where_only_the_requester_would_complete_the_stage() =>
        Assert.True(Decidability.Of(Rule, People[..3]).Everywhere);

    [Fact]
    public void Somebody_can_decide_beside_a_requester_whom_the_directory_does_not_know() =>
        Assert.False(Decidability.Of(Rule, [People[0], People[1] with { Roles = ["approver"] }]).Everywhere);

    [Fact]
    public void Only_the_rules_own_jurisdiction_and_tenant_count()
    {
        Assert.True(Decidability.Of(Rule with { SourceJurisdiction = "FR" }, People).Everywhere);
        Assert.True(Decidability.Of(Rule with { TenantId = "globex" }, People).Everywhere);
        Assert.False(Decidability.Of(Rule with { TenantId = "acme", SourceJurisdiction = "DE" }, People).Everywhere);
    }

    [Fact]
    public void People_of_two_tenants_do_not_sit_together() =>
        Assert.True(Decidability.Of(Rule, [People[0], People[1] with { TenantId = "globex" }, People[3]]).Everywhere);

    [Fact]
    public void An_empty_directory_and_an_empty_stage_are_nobody()
    {
        Assert.True(Decidability.Of(Rule, []).Everywhere);
        Assert.True(Decidability.Of(Rule with { Stages = [new() { Name = "Empty", Quorum = 1 }] }, People).Everywhere);
        Assert.True(Decidability.Of(Rule, [.. People.Select(person => person with { Active = false })]).Everywhere);
    }

    [Fact]
    public void A_rule_without_stages_asks_nobody() => Assert.False(Decidability.Of(Rule with { Automatic = true, Stages = [] }, People).Everywhere);

    private static Standing Someone(string subject, string country, params string[] roles) => new("acme", subject, 1, null, roles, [country], true, DateTimeOffset.UnixEpoch);
}
