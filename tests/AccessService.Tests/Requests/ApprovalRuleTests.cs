using CsCheck;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Data;

namespace Sovereignty.AccessService.Tests.Requests;

public sealed class ApprovalRuleTests
{
    private static readonly ApprovalRule Platform = new(null, null, ["approver", "dpo"], 1);
    private static readonly ApprovalRule Level = new(null, ClassificationLevel.Identity, ["dpo"], 2);
    private static readonly ApprovalRule Tenant = new("acme", null, ["approver"], 1);
    private static readonly ApprovalRule TenantAndLevel = new("acme", ClassificationLevel.Identity, [], 3);
    private static readonly ApprovalRule OtherTenant = new("globex", ClassificationLevel.Identity, ["approver"], 1);
    private static readonly ApprovalRule OtherLevel = new("acme", ClassificationLevel.Content, ["approver"], 1);
    private static readonly ApprovalRule[] FromSpecificToGeneral = [TenantAndLevel, Tenant, Level, Platform];

    [Fact]
    public void The_most_specific_rule_decides_in_whatever_order_they_stand() =>
        Property.Holds(
            from order in Gen.Shuffle(FromSpecificToGeneral.Append(OtherTenant).Append(OtherLevel).ToArray())
            from taken in Gen.Int[0, order.Length]
            select order[..taken],
            rules => ReferenceEquals(ApprovalRule.Select(rules, "acme", ClassificationLevel.Identity), Array.Find(FromSpecificToGeneral, rules.Contains)));

    [Fact]
    public void An_empty_list_of_the_tenant_is_not_filled_from_the_platform() =>
        Assert.Empty(ApprovalRule.Select([Platform, TenantAndLevel], "acme", ClassificationLevel.Identity)!.ApproverRoles);

    [Fact]
    public void Rules_of_other_tenants_and_levels_never_decide() => Assert.Null(ApprovalRule.Select([OtherTenant, OtherLevel], "acme", ClassificationLevel.Identity));

    [Fact]
    public void Data_of_no_known_level_falls_under_the_rules_for_all_levels()
    {
        Assert.Same(Tenant, ApprovalRule.Select([Platform, Level, Tenant, TenantAndLevel], "acme", null));
        Assert.Null(ApprovalRule.Select([Level, TenantAndLevel], "acme", null));
    }

    [Fact]
    public void Without_rules_nobody_decides() => Assert.Null(ApprovalRule.Select([], "acme", ClassificationLevel.Identity));
}
