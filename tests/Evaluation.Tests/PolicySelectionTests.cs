using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests;

public sealed class PolicySelectionTests
{
    private static readonly ResidencyPolicy TenantAndType = Policy("acme", "profile", ResidencyMode.SingleCountry, new() { Country = "FR" });
    private static readonly ResidencyPolicy TenantDefault = Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "DE" });
    private static readonly ResidencyPolicy TypeDefault = Policy(null, "profile", ResidencyMode.SingleCountry, new() { Country = "SE" });
    private static readonly ResidencyPolicy OtherTenant = Policy("globex", "profile", ResidencyMode.SingleCountry, new() { Country = "US" });

    [Fact]
    public void The_most_specific_policy_is_selected()
    {
        Assert.Equal(TenantAndType, Select(TenantAndType, TenantDefault, TypeDefault, OtherTenant));
        Assert.Equal(TenantDefault, Select(TenantDefault, TypeDefault, OtherTenant));
        Assert.Equal(TypeDefault, Select(TypeDefault, OtherTenant));
        Assert.Equal(PlatformDefault, Select(OtherTenant));
    }

    [Fact]
    public void The_decision_names_the_policy_and_says_when_it_is_the_default()
    {
        var own = Evaluator.Decide(Snapshot(TenantDefault), Placement("eu-central-1"));
        var fallback = Evaluator.Decide(Snapshot(OtherTenant), Placement("eu-central-1"));

        Assert.Equal((TenantDefault.Id, 1), (own.PolicyId, own.PolicyVersion));
        Assert.DoesNotContain("default", own.Message, StringComparison.Ordinal);
        Assert.Equal((PlatformDefault.Id, 1), (fallback.PolicyId, fallback.PolicyVersion));
        Assert.Contains("platform default", fallback.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_policy_nothing_says_yes()
    {
        var decision = Evaluator.Decide(Snapshot(AllRegions, [OtherTenant]), Placement("eu-central-1"));

        Assert.Equal((DecisionOutcome.NotPermitted, ReasonCodes.PolicyMissing), (decision.Outcome, decision.Code));
        Assert.Null(decision.PolicyId);
        Assert.Empty(decision.NearestCompliantRegions);
    }

    [Fact]
    public void A_policy_applies_from_its_start_until_before_its_end()
    {
        var limited = TenantDefault with { ValidFrom = Now, ValidTo = Now.AddDays(1) };

        Assert.Equal(PlatformDefault, SelectAt(Now.AddTicks(-1), limited));
        Assert.Equal(limited, SelectAt(Now, limited));
        Assert.Equal(limited, SelectAt(Now.AddDays(1).AddTicks(-1), limited));
        Assert.Equal(PlatformDefault, SelectAt(Now.AddDays(1), limited));
    }

    [Fact]
    public void A_new_version_replaces_the_old_from_its_start_and_its_end_does_not_bring_the_old_back()
    {
        var next = TenantDefault with { Version = 2, Parameters = new() { Country = "FR" }, ValidFrom = Now.AddDays(1), ValidTo = Now.AddDays(2) };

        Assert.Equal(TenantDefault, SelectAt(Now, TenantDefault, next));
        Assert.Equal(next, SelectAt(Now.AddDays(1), TenantDefault, next));
        Assert.Equal(PlatformDefault, SelectAt(Now.AddDays(2), TenantDefault, next));
    }

    [Fact]
    public void A_retired_policy_applies_no_more()
    {
        var snapshot = new PolicySnapshot(
            1, Now, [new(PlatformDefault), new(TenantDefault, RetiredAt: Now)], AllRegions, SeedData.LegalFacts, SeedData.ClassificationRules);

        Assert.Equal(TenantDefault, PolicySelection.Select(snapshot.At(Now.AddTicks(-1)), "acme", "profile"));
        Assert.Equal(PlatformDefault, PolicySelection.Select(snapshot, "acme", "profile"));
    }

    [Fact]
    public void The_next_boundary_is_the_first_start_or_end_that_lies_ahead()
    {
        var snapshot = Snapshot(
            TenantDefault with { ValidTo = Now.AddDays(9) },
            TypeDefault with { ValidFrom = Now.AddDays(3) });

        Assert.Equal(Now.AddDays(3), snapshot.NextBoundary(Now));
        Assert.Equal(Now.AddDays(9), snapshot.NextBoundary(Now.AddDays(3)));
        Assert.Equal(new DateTimeOffset(2031, 12, 28, 0, 0, 0, TimeSpan.Zero), snapshot.NextBoundary(Now.AddDays(9)));
    }

    [Fact]
    public void The_content_hash_changes_with_what_is_in_force_and_with_nothing_else()
    {
        var hash = Snapshot(TenantDefault, TypeDefault).ContentHash();

        Assert.Equal(hash, Snapshot(TypeDefault, TenantDefault).ContentHash());
        Assert.Equal(hash, Snapshot(AllRegions.Reverse(), [TypeDefault, PlatformDefault, TenantDefault], SeedData.LegalFacts.Reverse(), SeedData.ClassificationRules.Reverse(), epoch: 8).ContentHash());
        Assert.Equal(hash, Snapshot(TenantDefault, TypeDefault, OtherTenant with { ValidFrom = Now.AddDays(1) }).ContentHash());
        Assert.NotEqual(hash, Snapshot(TenantDefault, TypeDefault, OtherTenant).ContentHash());
        Assert.NotEqual(hash, Snapshot(AllRegions.Skip(1), [TypeDefault, PlatformDefault, TenantDefault]).ContentHash());
        Assert.NotEqual(hash, Snapshot(AllRegions, [TypeDefault, PlatformDefault, TenantDefault], []).ContentHash());
    }

    private static ResidencyPolicy? Select(params ResidencyPolicy[] policies) => SelectAt(Now, policies);

    private static ResidencyPolicy? SelectAt(DateTimeOffset now, params ResidencyPolicy[] policies) =>
        PolicySelection.Select(Snapshot(policies).At(now), "acme", "profile");
}
