using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests;

public sealed class ResidencyTests
{
    private static Decision Decide(ResidencyPolicy policy, string primary, string[]? replicas = null, string[]? backups = null) =>
        Evaluator.Decide(Snapshot(policy), Placement(primary, replicas, backups));

    [Theory]
    [InlineData("eu-central-1", true)]
    [InlineData("eu-west-1", true)]
    [InlineData("eu-north-1", true)]
    [InlineData("eusc-de-east-1", true)]
    [InlineData("eu-west-2", false)]
    [InlineData("eu-central-2", false)]
    [InlineData("us-east-1", false)]
    public void Regional_EU_follows_membership_and_not_the_prefix_of_a_code(string region, bool admitted)
    {
        var decision = Decide(Policy("acme", null, ResidencyMode.Regional, new() { Group = "EU" }), region);

        Assert.Equal(admitted ? DecisionOutcome.AllowWithObligations : DecisionOutcome.NotPermitted, decision.Outcome);
        Assert.Equal(admitted ? ReasonCodes.Compliant : ReasonCodes.PrimaryOutsideResidency, decision.Code);
    }

    [Fact]
    public void Switzerland_is_in_EU_EFTA_and_in_neither_EU_nor_EEA()
    {
        Assert.Equal(DecisionOutcome.AllowWithObligations, Decide(Policy("acme", null, ResidencyMode.Regional, new() { Group = "EU_EFTA" }), "eu-central-2").Outcome);
        Assert.Equal(DecisionOutcome.NotPermitted, Decide(Policy("acme", null, ResidencyMode.Regional, new() { Group = "EEA" }), "eu-central-2").Outcome);
        Assert.Equal(DecisionOutcome.NotPermitted, Decide(Policy("acme", null, ResidencyMode.Regional, new() { Group = "EU" }), "eu-central-2").Outcome);
    }

    [Fact]
    public void The_United_Kingdom_was_in_the_EU_until_the_end_of_January_2020()
    {
        var snapshot = Snapshot(Policy("acme", null, ResidencyMode.Regional, new() { Group = "EU" }));
        var placement = Placement("eu-west-2");

        Assert.Equal(DecisionOutcome.AllowWithObligations, Evaluator.Decide(snapshot.At(new(2020, 1, 31, 23, 59, 59, TimeSpan.Zero)), placement).Outcome);
        Assert.Equal(DecisionOutcome.NotPermitted, Evaluator.Decide(snapshot.At(new(2020, 2, 1, 0, 0, 0, TimeSpan.Zero)), placement).Outcome);
    }

    [Fact]
    public void Regional_may_list_countries_instead_of_a_group()
    {
        var policy = Policy("acme", null, ResidencyMode.Regional, new() { Countries = ["CH", "GB"] });

        Assert.Equal(ReasonCodes.Compliant, Decide(policy, "eu-west-2", ["eu-central-2"]).Code);
        Assert.Equal(ReasonCodes.ReplicaOutsideResidency, Decide(policy, "eu-west-2", ["eu-west-1"]).Code);
    }

    [Theory]
    [InlineData("eu-central-1", "eu-central-1", "eusc-de-east-1", ReasonCodes.Compliant)]
    [InlineData("eu-west-1", "eu-central-1", "eu-central-1", ReasonCodes.PrimaryOutsideResidency)]
    [InlineData("eu-central-1", "eu-west-1", "eu-central-1", ReasonCodes.ReplicaOutsideResidency)]
    [InlineData("eu-central-1", "eu-central-1", "eu-west-1", ReasonCodes.BackupOutsideResidency)]
    public void Single_country_keeps_every_copy_in_it(string primary, string replica, string backup, string code)
    {
        Assert.Equal(code, Decide(Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "DE" }), primary, [replica], [backup]).Code);
    }

    [Fact]
    public void Hong_Kong_is_not_China_to_a_single_country_policy()
    {
        var policy = Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "CN" });

        Assert.Equal(ReasonCodes.Compliant, Decide(policy, "cn-north-1").Code);
        Assert.Equal(ReasonCodes.PrimaryOutsideResidency, Decide(policy, "ap-east-1").Code);
    }

    [Theory]
    [InlineData("eu-central-1", "us-east-1", "us-east-1", ReasonCodes.Compliant)]
    [InlineData("us-east-1", "us-east-1", "us-east-1", ReasonCodes.PrimaryOutsideResidency)]
    [InlineData("eu-central-1", "eu-central-1", "us-east-1", ReasonCodes.ReplicaOutsideResidency)]
    [InlineData("eu-central-1", "us-east-1", "eu-central-1", ReasonCodes.BackupOutsideResidency)]
    public void Hybrid_never_takes_a_replica_region_as_primary_nor_the_other_way_round(string primary, string replica, string backup, string code)
    {
        var policy = Policy("acme", null, ResidencyMode.Hybrid, new() { PrimaryRegions = ["eu-central-1"], ReplicaRegions = ["us-east-1"] });

        Assert.Equal(code, Decide(policy, primary, [replica], [backup]).Code);
    }

    [Theory]
    [InlineData("DE", "eusc-de-east-1", ReasonCodes.Compliant)]
    [InlineData("DE", "eu-central-1", ReasonCodes.OperatorNotSovereign)]
    [InlineData("DE", "eu-west-1", ReasonCodes.PrimaryOutsideResidency)]
    [InlineData("US", "us-east-1", ReasonCodes.Compliant)]
    [InlineData("CN", "cn-north-1", ReasonCodes.Compliant)]
    [InlineData("JP", "ap-northeast-1", ReasonCodes.OperatorNotSovereign)]
    public void Fully_sovereign_needs_an_operator_bound_by_that_law_alone(string country, string region, string code)
    {
        Assert.Equal(code, Decide(Policy("acme", null, ResidencyMode.FullySovereign, new() { Country = country }), region).Code);
    }

    [Fact]
    public void Fully_sovereign_does_not_take_an_operator_of_unknown_law()
    {
        var policy = Policy("acme", null, ResidencyMode.FullySovereign, new() { Country = "DE" });
        var nowhere = Place("de-1", "DE", "DE") with { OperatorJurisdictions = [] };

        var decision = Evaluator.Decide(Snapshot([nowhere], [policy]), Placement("de-1"));

        Assert.Equal(ReasonCodes.OperatorNotSovereign, decision.Code);
    }

    [Theory]
    [InlineData("eu-west-1", "eu-west-3", ReasonCodes.Compliant)]
    [InlineData("eu-west-3", "eu-west-1", ReasonCodes.PrimaryOutsideResidency)]
    [InlineData("eu-west-1", "eu-west-1", ReasonCodes.ReplicaOutsideResidency)]
    [InlineData("us-east-1", "us-east-1", ReasonCodes.Compliant)]
    [InlineData("eu-central-1", "eu-west-3", ReasonCodes.PrimaryOutsideResidency)]
    public void Client_owned_takes_only_what_the_client_lists_for_that_use(string primary, string replica, string code)
    {
        var policy = Policy("acme", null, ResidencyMode.ClientOwned, new()
        {
            Regions =
            [
                new ClientRegion { Code = "eu-west-1", Use = ClientRegionUse.Primary },
                new ClientRegion { Code = "eu-west-3", Use = ClientRegionUse.Copy },
                new ClientRegion { Code = "us-east-1", Use = ClientRegionUse.Both },
            ],
        });

        Assert.Equal(code, Decide(policy, primary, [replica], [replica]).Code);
    }

    [Theory]
    [InlineData(RegionState.Proposed)]
    [InlineData(RegionState.Provisioning)]
    [InlineData(RegionState.Validating)]
    [InlineData(RegionState.Draining)]
    [InlineData(RegionState.Suspended)]
    [InlineData(RegionState.Isolated)]
    [InlineData(RegionState.Retired)]
    public void Only_an_active_region_takes_data(RegionState state)
    {
        var snapshot = Snapshot([Place("eu-west-1", "IE", "IE", state), Place("eu-west-3", "FR", "FR")], [PlatformDefault]);

        var decision = Evaluator.Decide(snapshot, Placement("eu-west-1"));

        Assert.Equal(DecisionOutcome.Forbidden, decision.Outcome);
        Assert.Equal(ReasonCodes.RegionNotActive, decision.Code);
        Assert.Equal(["eu-west-3"], decision.NearestCompliantRegions);
        Assert.Equal(["eu-west-3"], decision.AllowedReplicaRegions);
    }

    [Theory]
    [InlineData("aws-global")]
    [InlineData("aws-cn-global")]
    public void A_pseudo_region_is_forbidden_because_it_is_no_place(string region)
    {
        var decision = Evaluator.Decide(Snapshot(), Placement("eu-west-1", backups: [region]));

        Assert.Equal((DecisionOutcome.Forbidden, ReasonCodes.RegionNotAPlace), (decision.Outcome, decision.Code));
        Assert.Contains(region, decision.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eu-west-9")]
    [InlineData("EU-WEST-1")]
    public void An_unknown_region_is_indeterminate(string region)
    {
        var decision = Evaluator.Decide(Snapshot(), Placement(region));

        Assert.Equal((DecisionOutcome.Indeterminate, ReasonCodes.RegionUnknown), (decision.Outcome, decision.Code));
        Assert.Contains(region, decision.Message, StringComparison.Ordinal);
    }
}
