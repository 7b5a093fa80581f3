using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Tests;

public sealed class FailoverTests
{
    [Fact]
    public void A_primary_fails_over_inside_its_country()
    {
        Assert.Equal(["ap-south-2"], Targets(Policy(ResidencyMode.SingleCountry, new() { Country = "IN" }), "ap-south-1"));
    }

    [Fact]
    public void Where_the_country_has_no_other_region_it_holds()
    {
        Assert.Empty(Targets(Policy(ResidencyMode.SingleCountry, new() { Country = "GB" }), "eu-west-2"));
        Assert.Empty(Targets(Policy(ResidencyMode.FullySovereign, new() { Country = "DE" }), "eusc-de-east-1"));
    }

    [Fact]
    public void A_group_fails_over_inside_the_group()
    {
        Assert.Equal(
            ["eu-central-1", "eu-north-1", "eu-west-3", "eusc-de-east-1"],
            Targets(Policy(ResidencyMode.Regional, new() { Group = "EU" }), "eu-west-1"));
    }

    [Fact]
    public void A_hybrid_replica_never_becomes_the_primary()
    {
        var one = Policy(ResidencyMode.Hybrid, new() { PrimaryRegions = ["eu-central-1"], ReplicaRegions = ["eu-west-1", "us-east-1"] });
        var two = Policy(ResidencyMode.Hybrid, new() { PrimaryRegions = ["eu-central-1", "eu-west-1"], ReplicaRegions = ["eu-west-1", "us-east-1"] });

        Assert.Empty(Targets(one, "eu-central-1"));
        Assert.Equal(["eu-west-1"], Targets(two, "eu-central-1"));
    }

    [Fact]
    public void A_client_s_copy_region_never_becomes_the_primary()
    {
        var policy = Policy(ResidencyMode.ClientOwned, new()
        {
            Regions =
            [
                new() { Code = "eu-central-1", Use = ClientRegionUse.Primary },
                new() { Code = "eu-west-1", Use = ClientRegionUse.Both },
                new() { Code = "eu-west-3", Use = ClientRegionUse.Copy },
            ],
        });

        Assert.Equal(["eu-west-1"], Targets(policy, "eu-central-1"));
    }

    [Fact]
    public void A_region_that_takes_no_data_is_no_target()
    {
        var policy = Policy(ResidencyMode.SingleCountry, new() { Country = "IN" });
        Region[] regions = [World.Place("ap-south-1", "IN", "IN,US"), World.Place("ap-south-2", "IN", "IN,US", RegionState.Draining)];
        var snapshot = World.Snapshot(regions, [policy]);

        Assert.Empty(Failover.Targets(policy, "ap-south-1", snapshot));
        Assert.Empty(Failover.Targets(Cell(snapshot, null), "ap-south-1"));
    }

    [Fact]
    public void A_law_takes_targets_that_the_policy_leaves()
    {
        var policy = Policy(ResidencyMode.Regional, new() { Countries = ["DE", "JP", "US"] });
        var snapshot = World.Snapshot(policy);

        Assert.Contains("us-east-1", Targets(policy, "eu-central-1"));
        Assert.Equal(["ap-northeast-1", "eusc-de-east-1"], Failover.Targets(Cell(snapshot, "FR"), "eu-central-1").Select(region => region.Code));
    }

    private static ResidencyPolicy Policy(ResidencyMode mode, ResidencyParameters parameters) => World.Policy("acme", null, mode, parameters);

    private static IEnumerable<string> Targets(ResidencyPolicy policy, string primary)
    {
        var snapshot = World.Snapshot(policy);
        var codes = Failover.Targets(policy, primary, snapshot).Select(region => region.Code).ToArray();
        Assert.Equal(codes, Failover.Targets(Cell(snapshot, null), primary).Select(region => region.Code));
        return codes;
    }

    private static Interpreter Cell(PolicySnapshot snapshot, string? origin) =>
        new(snapshot, new("acme", "profile", ClassificationLevel.Identity, origin));
}
