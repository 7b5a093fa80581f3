using Sovereignty.AccessService.Rules;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Tests.Rules;

public sealed class RuleChecksTests
{
    private static readonly ApprovalStage Stage = new() { Name = "Approval", Roles = ["approver"], Quorum = 1 };
    private static readonly RuleInput Rule = new() { Stages = [Stage] };

    public static TheoryData<string> Fields => [.. Wrong.Select(wrong => wrong.Field).Distinct()];

    private static (string Field, string Code, RuleInput Rule)[] Wrong =>
    [
        ("tenantId", "tenant-invalid", Rule with { TenantId = " " }),
        ("sourceJurisdiction", "country-unknown", Rule with { SourceJurisdiction = "de" }),
        ("destination", "country-unknown", Rule with { Destination = "XX" }),
        ("purpose", "purpose-invalid", Rule with { Purpose = "Customer Support" }),
        ("purpose", "purpose-invalid", Rule with { Purpose = "foreign-authority-demand" }),
        ("stages", "stages-invalid", Rule with { Stages = [] }),
        ("stages", "stages-invalid", Rule with { Stages = [Stage, Stage, Stage, Stage, Stage, Stage] }),
        ("stages[1]", "stages-invalid", Rule with { Stages = [Stage, null!] }),
        ("stages[0].name", "name-invalid", Rule with { Stages = [Stage with { Name = "" }] }),
        ("stages[0].name", "name-invalid", Rule with { Stages = [Stage with { Name = new('x', 101) }] }),
        ("stages[0].roles", "role-unknown", Rule with { Stages = [Stage with { Roles = ["requester"] }] }),
        ("stages[0].roles", "role-unknown", Rule with { Stages = [Stage with { Roles = ["approver", "approver"] }] }),
        ("stages[0].roles", "role-unknown", Rule with { Stages = [Stage with { Roles = null! }] }),
        ("stages[0].people", "person-invalid", Rule with { Stages = [Stage with { People = [null!] }] }),
        ("stages[0].people", "person-invalid", Rule with { Stages = [Stage with { People = ["ada", "ada"] }] }),
        ("stages[0].quorum", "quorum-invalid", Rule with { Stages = [Stage with { Quorum = 0 }] }),
        ("stages[0].quorum", "quorum-invalid", Rule with { Stages = [Stage with { Quorum = 21 }] }),
        ("longestDuration", "duration-invalid", Rule with { LongestDuration = "8h" }),
        ("longestDuration", "duration-invalid", Rule with { LongestDuration = "PT0S" }),
        ("remindAfter", "duration-invalid", Rule with { RemindAfter = "-PT1H" }),
        ("escalateAfter", "duration-invalid", Rule with { EscalateAfter = "P367D" }),
        ("budget", "budget-invalid", Rule with { Budget = new() }),
        ("budget.uses", "budget-invalid", Rule with { Budget = new() { Uses = 0 } }),
        ("budget.bytes", "budget-invalid", Rule with { Budget = new() { Uses = 1, Bytes = -1 } }),
    ];

    [Fact]
    public void A_rule_with_everything_is_right() =>
        Assert.Empty(RuleChecks.Check(Rule with
        {
            TenantId = "acme",
            SourceJurisdiction = "DE",
            Destination = "US",
            Purpose = "customer-support",
            Stages = [Stage with { Roles = ["approver", "dpo", "legal"], People = ["ada", "bob"], Quorum = 20 }, Stage, Stage, Stage, Stage],
            LongestDuration = "P366D",
            Budget = new() { Uses = 1, Records = 1, Bytes = 1, Subjects = 1 },
            RemindAfter = "PT1H",
            EscalateAfter = "P1D",
        }));

    [Fact]
    public void Only_an_automatic_rule_may_do_without_stages() => Assert.Empty(RuleChecks.Check(Rule with { Stages = [], Automatic = true }));

    [Theory]
    [MemberData(nameof(Fields))]
    public void Each_fault_has_its_code_and_names_its_field(string field) =>
        Assert.All(Wrong.Where(wrong => wrong.Field == field), wrong => Assert.Equal([(wrong.Code, field)], RuleChecks.Check(wrong.Rule).Select(fault => (fault.Code, fault.Field))));

    [Fact]
    public void All_faults_are_said() =>
        Assert.Equal(
            ["country-unknown", "name-invalid", "quorum-invalid", "duration-invalid"],
            RuleChecks.Check(Rule with { Destination = "XX", Stages = [Stage with { Name = "", Quorum = 0 }], RemindAfter = "soon" }).Select(fault => fault.Code));
}
