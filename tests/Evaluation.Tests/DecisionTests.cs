using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests;

public sealed class DecisionTests
{
    private static readonly ResidencyPolicy Germany = Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "DE" });

    [Fact]
    public void A_rejection_names_the_copy_the_reason_and_the_nearest_regions()
    {
        var decision = Evaluator.Decide(Snapshot(), Placement("us-east-1", ["eu-central-1"]));

        Assert.Equal((DecisionOutcome.NotPermitted, ReasonCodes.PrimaryOutsideResidency), (decision.Outcome, decision.Code));
        Assert.Contains("us-east-1 lies in US", decision.Message, StringComparison.Ordinal);
        Assert.Contains("EEA", decision.Message, StringComparison.Ordinal);
        Assert.Equal(["eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3", "eusc-de-east-1"], decision.NearestCompliantRegions);
        Assert.NotNull(decision.Obligations);
        Assert.Equal(7, decision.Epoch);
        Assert.Equal("acme", decision.TenantId);
        Assert.Equal("d-1", decision.DataId);
    }

    [Fact]
    public void Nearest_means_same_country_then_shared_groups_then_continent_then_code()
    {
        var anywhere = Policy("acme", null, ResidencyMode.Regional, new() { Countries = ["DE", "FR", "CH", "GB", "US", "JP"] });
        var snapshot = Snapshot([.. AllRegions.Where(region => region.Code != "eu-central-1"), Place("eu-central-1", "DE", "DE,US", RegionState.Draining)], [anywhere]);

        var decision = Evaluator.Decide(snapshot, Placement("eu-central-1"));

        Assert.Equal(["eusc-de-east-1", "eu-west-3", "eu-central-2", "eu-west-2", "ap-northeast-1"], decision.NearestCompliantRegions);
    }

    [Fact]
    public void An_admission_names_no_nearest_regions_and_every_region_a_replica_may_be_in()
    {
        var decision = Evaluator.Decide(Snapshot(Germany), Placement("eu-central-1"));

        Assert.Equal(["eu-central-1", "eusc-de-east-1"], decision.AllowedReplicaRegions);
        Assert.Empty(decision.NearestCompliantRegions);
    }

    [Fact]
    public void The_whole_is_admitted_only_if_every_copy_is_and_each_refused_copy_is_named()
    {
        var decision = Evaluator.Decide(Snapshot(Germany), Placement("eu-central-1", ["eu-west-1", "eusc-de-east-1"], ["us-east-1"]));

        Assert.Equal(ReasonCodes.ReplicaOutsideResidency, decision.Code);
        Assert.Contains("eu-west-1", decision.Message, StringComparison.Ordinal);
        Assert.Contains("backup us-east-1", decision.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("eusc-de-east-1", decision.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eu-west-1", "aws-global", "eu-west-9", DecisionOutcome.Forbidden)]
    [InlineData("eu-west-1", "eu-west-9", "us-east-1", DecisionOutcome.Indeterminate)]
    [InlineData("eu-west-1", "us-east-1", "eu-west-1", DecisionOutcome.NotPermitted)]
    [InlineData("eu-west-1", "eu-west-3", "eu-west-1", DecisionOutcome.AllowWithObligations)]
    public void Forbidden_beats_indeterminate_beats_not_permitted_across_copies(string primary, string replica, string backup, DecisionOutcome outcome)
    {
        Assert.Equal(outcome, Evaluator.Decide(Snapshot(), Placement(primary, [replica], [backup])).Outcome);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("Identity")]
    public void A_missing_or_unknown_level_is_indeterminate_and_obliges_to_nothing(string? level)
    {
        var decision = Evaluator.Decide(Snapshot(), Placement("eu-west-1", level: level));

        Assert.Equal((DecisionOutcome.Indeterminate, ReasonCodes.ClassificationUnknown), (decision.Outcome, decision.Code));
        Assert.Contains("identity, transactional, operational, content, analytical", decision.Message, StringComparison.Ordinal);
        Assert.Null(decision.Obligations);
    }

    [Fact]
    public void A_prohibition_is_told_even_where_the_level_is_unknown()
    {
        var decision = Evaluator.Decide(Snapshot(), Placement("eu-west-1", level: null, origin: "RU"));

        Assert.Equal(ReasonCodes.LocalisationRequired, decision.Code);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(7L, true)]
    [InlineData(8L, false)]
    public void An_epoch_below_the_demanded_one_does_not_decide(long? minimum, bool decided)
    {
        var decision = Evaluator.Decide(Snapshot(), Placement("eu-west-1", origin: "RU", minimumEpoch: minimum));

        Assert.Equal(decided ? ReasonCodes.LocalisationRequired : ReasonCodes.EpochNotReached, decision.Code);
        Assert.Equal(decided ? DecisionOutcome.Forbidden : DecisionOutcome.Indeterminate, decision.Outcome);
    }

    [Theory]
    [InlineData("identity", DecisionOutcome.AllowWithObligations, Requirement.Required, Requirement.Required, "P7Y", PersonalDataHandling.Strict, CrossBorderRule.Restricted)]
    [InlineData("transactional", DecisionOutcome.AllowWithObligations, Requirement.Required, Requirement.Required, "P7Y", PersonalDataHandling.Standard, CrossBorderRule.Restricted)]
    [InlineData("operational", DecisionOutcome.AllowWithObligations, Requirement.Recommended, Requirement.Required, "P1Y", PersonalDataHandling.Standard, CrossBorderRule.AllowedWithLogging)]
    [InlineData("content", DecisionOutcome.Allow, Requirement.Recommended, Requirement.Optional, null, PersonalDataHandling.Standard, CrossBorderRule.Allowed)]
    [InlineData("analytical", DecisionOutcome.Allow, Requirement.Optional, Requirement.Optional, null, PersonalDataHandling.Standard, CrossBorderRule.Allowed)]
    public void Each_level_has_its_obligations(
        string level,
        DecisionOutcome outcome,
        Requirement encryption,
        Requirement auditLog,
        string? retention,
        PersonalDataHandling personalData,
        CrossBorderRule crossBorder)
    {
        var decision = Evaluator.Decide(Snapshot(), Placement("eu-west-1", level: level));

        Assert.Equal(outcome, decision.Outcome);
        Assert.Equal(
            new Obligations
            {
                Encryption = encryption,
                AuditLog = auditLog,
                Retention = new() { Least = retention, Most = retention },
                PersonalData = personalData,
                CrossBorder = crossBorder,
            },
            decision.Obligations);
    }

    [Fact]
    public void Rules_whose_retention_leaves_nothing_do_not_admit()
    {
        var keepLonger = SeedData.ClassificationRules[0].Obligations with { Retention = new() { Least = "P10Y", Most = null } };
        var snapshot = Snapshot(AllRegions, [PlatformDefault], rules: [.. SeedData.ClassificationRules, new() { Level = ClassificationLevel.Identity, Obligations = keepLonger, LongestAccess = "P30D" }]);

        Assert.Equal(DecisionOutcome.Indeterminate, Evaluator.Decide(snapshot, Placement("eu-west-1")).Outcome);
        Assert.Equal(DecisionOutcome.AllowWithObligations, Evaluator.Decide(snapshot, Placement("eu-west-1", level: "transactional")).Outcome);
    }

    [Fact]
    public void The_stricter_value_wins_on_each_axis()
    {
        var joined = ObligationLattice.Of(ClassificationLevel.Content, "acme", Snapshot(AllRegions, [], rules:
        [
            .. SeedData.ClassificationRules,
            new() { Level = ClassificationLevel.Content, Obligations = new() { Encryption = Requirement.Optional, AuditLog = Requirement.Required, Retention = new() { Least = "P30D", Most = "P2Y" }, PersonalData = PersonalDataHandling.Strict, CrossBorder = CrossBorderRule.AllowedWithLogging }, LongestAccess = "P90D" },
            new() { Level = ClassificationLevel.Content, Obligations = new() { Encryption = Requirement.Optional, AuditLog = Requirement.Optional, Retention = new() { Least = "P60D", Most = "P1Y" }, PersonalData = PersonalDataHandling.Standard, CrossBorder = CrossBorderRule.Allowed }, LongestAccess = "P365D" },
        ]));

        Assert.Equal(
            new Obligations { Encryption = Requirement.Recommended, AuditLog = Requirement.Required, Retention = new() { Least = "P60D", Most = "P1Y" }, PersonalData = PersonalDataHandling.Strict, CrossBorder = CrossBorderRule.AllowedWithLogging },
            joined);
    }
}
