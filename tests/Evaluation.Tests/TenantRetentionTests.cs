using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests;

/// <summary>How long a tenant keeps data: its own choice instead of the default, within the range that the platform leaves.</summary>
public sealed class TenantRetentionTests
{
    [Fact]
    public void A_choice_takes_the_place_of_the_default()
    {
        Assert.Equal(Range("P7Y", "P7Y"), Decide("acme")!.Retention);
        Assert.Equal(Range("P1Y", "P2Y"), Decide("acme", choices: Choice("acme", Range("P1Y", "P2Y")))!.Retention);
        Assert.Equal(Range("P1Y", null), Decide("acme", choices: Choice("acme", Range("P1Y", null)))!.Retention);
    }

    [Fact]
    public void A_choice_is_of_one_tenant_and_one_level()
    {
        var choice = Choice("acme", Range("P1Y", "P2Y"));

        Assert.Equal(Range("P7Y", "P7Y"), Decide("globex", choices: choice)!.Retention);
        Assert.Equal(Range("P7Y", "P7Y"), Decide("acme", choices: choice with { Level = ClassificationLevel.Transactional })!.Retention);
    }

    [Fact]
    public void A_choice_taken_back_brings_the_default_again()
    {
        Assert.Equal(Range("P7Y", "P7Y"), Decide("acme", choices: Choice("acme", null))!.Retention);
    }

    [Fact]
    public void A_choice_stays_within_the_range_that_the_platform_leaves()
    {
        Assert.Equal(Range("P3Y", "P5Y"), Decide("acme", left: Range("P3Y", "P5Y"), Choice("acme", Range("P1Y", "P9Y")))!.Retention);
        Assert.Equal(Range("P4Y", "P5Y"), Decide("acme", left: Range("P3Y", "P5Y"), Choice("acme", Range("P4Y", "P9Y")))!.Retention);
    }

    [Fact]
    public void Where_the_platform_leaves_no_choice_its_own_range_limits()
    {
        Assert.Equal(Range("P7Y", "P7Y"), Decide("acme", left: null, Choice("acme", Range("P1Y", "P9Y")))!.Retention);
        Assert.Null(Decide("acme", left: null, Choice("acme", Range("P1Y", "P2Y"))));
    }

    [Fact]
    public void A_choice_that_leaves_nothing_admits_nothing_of_that_tenant()
    {
        var snapshot = Of(Range("P3Y", "P5Y"), Choice("acme", Range(null, "P2Y")));

        Assert.Equal((DecisionOutcome.Indeterminate, ReasonCodes.ClassificationUnknown), Answer(Evaluator.Decide(snapshot, Placement("eu-west-1"))));
        Assert.Equal(DecisionOutcome.AllowWithObligations, Evaluator.Decide(snapshot, Placement("eu-west-1", tenant: "globex")).Outcome);
    }

    private static (DecisionOutcome Outcome, string Code) Answer(Decision decision) => (decision.Outcome, decision.Code);

    private static Retention Range(string? least, string? most) => new() { Least = least, Most = most };

    private static RetentionRule Choice(string tenant, Retention? retention) => new() { TenantId = tenant, Level = ClassificationLevel.Identity, Retention = retention };

    private static Obligations? Decide(string tenant, RetentionRule? choices = null) => Decide(tenant, new(), choices is null ? [] : [choices]);

    private static Obligations? Decide(string tenant, Retention? left, params RetentionRule[] choices) =>
        Evaluator.Decide(Of(left, choices), Placement("eu-west-1", tenant: tenant)).Obligations;

    private static PolicySnapshot Of(Retention? left, params RetentionRule[] choices) => new(
        7,
        Now,
        [new(PlatformDefault)],
        AllRegions,
        SeedData.LegalFacts,
        SeedData.ClassificationRules.Select(rule => rule with { TenantRetention = left }),
        choices);
}
