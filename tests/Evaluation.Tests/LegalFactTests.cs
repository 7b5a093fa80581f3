using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests;

public sealed class LegalFactTests
{
    private static readonly ResidencyPolicy Anywhere =
        Policy("acme", null, ResidencyMode.Regional, new() { Countries = [.. CountryCodes.All] });

    private static readonly Region Moscow = Place("ru-central-1", "RU", "RU");

    // 152-FZ Art. 18(5) as reworded by 23-FZ, from 1 July 2025.
    [Fact]
    public void A_primary_of_Russian_origin_stays_in_Russia_whatever_the_policy_allows()
    {
        var decision = Decide(Placement("eu-central-1", origin: "RU"));

        Assert.Equal((DecisionOutcome.Forbidden, ReasonCodes.LocalisationRequired), (decision.Outcome, decision.Code));
        Assert.Equal(["localisation-ru"], decision.Citations.Select(citation => citation.FactId));
        Assert.Contains("152-FZ", decision.Message, StringComparison.Ordinal);
        Assert.Equal(["ru-central-1"], decision.NearestCompliantRegions);
    }

    [Fact]
    public void A_copy_of_Russian_origin_abroad_is_admitted_and_flagged_for_review()
    {
        var decision = Decide(Placement("ru-central-1", ["eu-central-1"], origin: "RU"));

        Assert.Equal(ReasonCodes.Compliant, decision.Code);
        Assert.Contains("review", decision.Message, StringComparison.Ordinal);
        Assert.Equal(["localisation-ru"], decision.Citations.Select(citation => citation.FactId));
        Assert.DoesNotContain("review", Decide(Placement("ru-central-1", origin: "RU")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_Russian_rule_does_not_bind_before_its_day()
    {
        var snapshot = Snapshot([.. AllRegions, Moscow], [Anywhere]);
        var placement = Placement("eu-central-1", origin: "RU");

        Assert.Equal(ReasonCodes.Compliant, Evaluator.Decide(snapshot.At(new(2025, 6, 30, 23, 59, 59, TimeSpan.Zero)), placement).Code);
        Assert.Equal(ReasonCodes.LocalisationRequired, Evaluator.Decide(snapshot.At(new(2025, 7, 1, 0, 0, 0, TimeSpan.Zero)), placement).Code);
    }

    // RBI circular of 6 Apr 2018.
    [Theory]
    [InlineData("ap-south-1", "ap-south-2", "ap-south-1", true)]
    [InlineData("eu-central-1", "ap-south-2", "ap-south-1", false)]
    [InlineData("ap-south-1", "eu-central-1", "ap-south-1", false)]
    [InlineData("ap-south-1", "ap-south-2", "eu-central-1", false)]
    public void Every_copy_of_Indian_payment_data_stays_in_India(string primary, string replica, string backup, bool admitted)
    {
        var decision = Decide(Placement(primary, [replica], [backup], type: "payment", level: "transactional", origin: "IN"));

        Assert.Equal(admitted ? DecisionOutcome.AllowWithObligations : DecisionOutcome.Forbidden, decision.Outcome);
        Assert.Equal(["ap-south-1", "ap-south-2"], decision.AllowedReplicaRegions);
    }

    [Theory]
    [InlineData("profile", "IN")]
    [InlineData("payment", "AR")]
    [InlineData("payment", null)]
    public void Other_data_or_another_origin_is_not_held_in_India(string type, string? origin)
    {
        var decision = Decide(Placement("eu-central-1", type: type, level: "transactional", origin: origin));

        Assert.Equal(ReasonCodes.Compliant, decision.Code);
        Assert.Empty(decision.Citations);
    }

    // Thresholds (PIPL Art. 40, 28 CFR 202) are counts of persons, and California has no rule on location.
    [Theory]
    [InlineData("CN")]
    [InlineData("US")]
    public void What_a_placement_alone_cannot_decide_does_not_decide(string origin)
    {
        Assert.Equal(ReasonCodes.Compliant, Decide(Placement("eu-central-1", ["cn-north-1"], origin: origin)).Code);
    }

    [Fact]
    public void A_fact_lifts_nothing_that_a_policy_refuses()
    {
        var decision = Evaluator.Decide(
            Snapshot(Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "DE" })),
            Placement("ap-south-1", type: "payment", origin: "IN"));

        Assert.Equal((DecisionOutcome.NotPermitted, ReasonCodes.PrimaryOutsideResidency), (decision.Outcome, decision.Code));
        Assert.Empty(decision.NearestCompliantRegions);
    }

    [Fact]
    public void The_shipped_facts_are_read_whole()
    {
        Assert.Equal(28, SeedData.LegalFacts.Count);
        Assert.Equal(
            [("localisation-in-payment", LegalEffect.EveryCopyInCountry), ("localisation-ru", LegalEffect.PrimaryInCountry), ("transfer-eea", LegalEffect.MechanismRequired)],
            SeedData.LegalFacts.Where(fact => fact.Effect is not LegalEffect.None).OrderBy(fact => fact.Id, StringComparer.Ordinal).Select(fact => (fact.Id, fact.Effect)));
        Assert.Equal([("EEA", 30), ("EU", 27), ("EU_EFTA", 31)], Snapshot().Groups.OrderBy(group => group.Code, StringComparer.Ordinal).Select(group => (group.Code, group.Members.Count(member => group.Contains(member.Country, Now)))));
    }

    private static Decision Decide(Placement placement) => Evaluator.Decide(Snapshot([.. AllRegions, Moscow], [Anywhere]), placement);
}
