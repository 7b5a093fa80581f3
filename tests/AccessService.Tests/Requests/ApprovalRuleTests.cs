using CsCheck;
using Sovereignty.AccessService.Rules;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;

namespace Sovereignty.AccessService.Tests.Requests;

public sealed class ApprovalRuleTests
{
    private static readonly RuleScope Scope = new("acme", "customer-support", ClassificationLevel.Identity, "DE", "US");

    // From the most specific to the least: each beats all that follow.
    private static readonly ApprovalRule[] Matching =
    [
        .. from tenant in new[] { "acme", null }
           from purpose in new[] { "customer-support", null }
           from level in new ClassificationLevel?[] { ClassificationLevel.Identity, null }
           from source in new[] { "DE", null }
           from destination in new[] { "US", null }
           select new ApprovalRule { Id = Guid.NewGuid(), Version = 1, TenantId = tenant, Purpose = purpose, Classification = level, SourceJurisdiction = source, Destination = destination, Automatic = true, Stages = [] },
    ];

    private static readonly ApprovalRule[] Others =
    [
        Matching[^1] with { TenantId = "globex" },
        Matching[^1] with { Purpose = "fraud-investigation" },
        Matching[^1] with { Classification = ClassificationLevel.Content },
        Matching[^1] with { SourceJurisdiction = "FR" },
        Matching[^1] with { Destination = "IN" },
    ];

    [Fact]
    public void The_most_specific_rule_decides_in_whatever_order_they_stand() =>
        Property.Holds(
            from order in Gen.Shuffle(Matching.Concat(Others).ToArray())
            from taken in Gen.Int[0, order.Length]
            select order[..taken],
            rules => ReferenceEquals(ApprovalRules.Select(rules, Scope), Array.Find(Matching, rules.Contains)));

    [Fact]
    public void Rules_of_another_scope_never_decide() => Assert.Null(ApprovalRules.Select(Others, Scope));

    [Fact]
    public void Data_of_no_known_level_falls_under_the_rules_for_all_levels() =>
        Assert.Null(ApprovalRules.Select([.. Matching.Where(rule => rule.Classification is not null)], Scope with { Classification = null }));

    [Fact]
    public void Without_rules_nobody_decides() => Assert.Null(ApprovalRules.Select([], Scope));
}
