using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;
using Sovereignty.Evaluation.Simulation;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests.Simulation;

public sealed class OverlayTests
{
    private static readonly ResidencyPolicy German = Policy("acme", "profile", ResidencyMode.SingleCountry, new() { Country = "DE" });

    [Fact]
    public void Nothing_supposed_is_what_is_in_force()
    {
        var current = Snapshot(German);

        Assert.Equal(current.ContentHash(), Apply(current, new()).ContentHash());
    }

    [Fact]
    public void A_supposed_policy_is_the_next_version_of_the_one_in_force_at_its_level()
    {
        var supposed = Apply(Snapshot(German), new() { Publish = [Request("acme", "profile", "FR")] });

        var selected = PolicySelection.Select(supposed, "acme", "profile")!;
        Assert.Equal((German.Id, 2, "FR"), (selected.Id, selected.Version, selected.Parameters.Country));
    }

    [Fact]
    public void A_supposed_policy_where_there_was_none_goes_before_less_specific_ones()
    {
        var supposed = Apply(Snapshot(), new() { Publish = [Request("acme", null, "FR"), Request("acme", "profile", "IE")] });

        Assert.Equal("IE", PolicySelection.Select(supposed, "acme", "profile")!.Parameters.Country);
        Assert.Equal("FR", PolicySelection.Select(supposed, "acme", "order")!.Parameters.Country);
        Assert.Equal(PlatformDefault.Id, PolicySelection.Select(supposed, "globex", "order")!.Id);
    }

    [Fact]
    public void A_retired_policy_decides_no_more()
    {
        var supposed = Apply(Snapshot(German), new() { Retire = [German.Id] });

        Assert.Equal(PlatformDefault.Id, PolicySelection.Select(supposed, "acme", "profile")!.Id);
    }

    [Fact]
    public void Facts_are_replaced_by_their_id_added_and_removed()
    {
        var fact = SeedData.LegalFacts.Single(fact => fact.Id == "adequacy-eea-gb") with { ValidUntil = new(2026, 1, 1) };
        var added = fact with { Id = "adequacy-eea-xx", To = "IN", ValidUntil = null };

        var supposed = Apply(Snapshot(), new() { Facts = [fact, added], RemoveFacts = ["adequacy-eea-jp"] });

        Assert.Equal(fact, Assert.Single(supposed.Facts, known => known.Id == fact.Id));
        Assert.Equal(SeedData.LegalFacts.Count, supposed.Facts.Count);
        Assert.DoesNotContain(supposed.Facts, known => known.Id == "adequacy-eea-jp");
        Assert.Contains(added, supposed.Facts);
    }

    [Fact]
    public void A_region_takes_the_supposed_state_and_stays_as_it_is_otherwise()
    {
        var supposed = Apply(Snapshot(), new() { Regions = [new() { Code = "eu-west-1", State = RegionState.Draining }] });

        Assert.Equal(AllRegions.Single(region => region.Code == "eu-west-1") with { State = RegionState.Draining }, supposed.FindRegion("eu-west-1"));
        Assert.Equal(AllRegions.Count - 1, supposed.ActiveRegions.Count);
    }

    [Fact]
    public void A_policy_may_rest_on_a_group_that_the_overlay_brings()
    {
        var nordic = new LegalFact { Id = "group-nordic", Kind = LegalFactKinds.CountryGroup, Instrument = "A treaty", Group = "NORDIC", Members = [new() { Country = "SE" }] };
        var request = Request("acme", null, "SE") with { Mode = ResidencyMode.Regional, Parameters = new() { Group = "NORDIC" } };

        Assert.Equal("eu-north-1", Assert.Single(Interpret(Apply(Snapshot(), new() { Facts = [nordic], Publish = [request] })).Permitted(CopyKind.Primary)).Code);
        Assert.Equal("policies.publish[0].parameters.group", Refuse(new() { Publish = [request] }).Field);
    }

    [Fact]
    public void What_cannot_be_supposed_is_refused_with_its_place()
    {
        var fact = new LegalFact { Id = "f", Kind = LegalFactKinds.TransferCondition, Instrument = "A law" };
        (Overlay Overlay, string Field)[] bad =
        [
            (new() { Retire = [German.Id, Guid.Empty] }, "policies.retire[1]"),
            (new() { RemoveFacts = ["adequacy-eea-gb", "none"] }, "removeFacts[1]"),
            (new() { Regions = [new() { Code = "eu-mars-1", State = RegionState.Active }] }, "regions[0].code"),
            (new() { Regions = [new() { Code = "eu-west-1", State = null }] }, "regions[0]"),
            (new() { Regions = [new() { Code = "eu-west-1", State = RegionState.Active }, new() { Code = "eu-west-1", State = RegionState.Retired }] }, "regions"),
            (new() { Facts = [fact with { Id = "" }] }, "facts/0/id"),
            (new() { Facts = [fact with { Kind = "guess" }] }, "facts/0/kind"),
            (new() { Facts = [fact, fact] }, "facts"),
            (new() { Facts = [fact with { ValidFrom = new(2026, 2, 1), ValidUntil = new(2026, 1, 1) }] }, "facts/0/validUntil"),
            (new() { Facts = [fact with { Effect = LegalEffect.EveryCopyInCountry }] }, "facts/0/country"),
            (new() { Facts = [fact with { Effect = LegalEffect.NotInDestinations }] }, "facts/0/destinations"),
            (new() { Facts = [fact with { Effect = LegalEffect.NotInDestinations, Destinations = ["XX"] }] }, "facts/0/destinations/0"),
            (new() { Facts = [fact with { Effect = LegalEffect.MechanismRequired }] }, "facts/0/from"),
            (new() { Publish = [Request("acme", null, "XX")] }, "policies.publish[0].parameters.country"),
            (new() { Publish = [Request("acme", null, "DE"), Request("acme", null, "FR")] }, "policies.publish"),
            (new() { RemoveFacts = [.. Enumerable.Repeat("adequacy-eea-gb", Overlays.MaxChanges + 1)] }, "policies"),
        ];

        Assert.All(bad, one => Assert.Equal(one.Field, Refuse(one.Overlay).Field));
    }

    [Fact]
    public void Each_ready_scenario_takes_away_what_it_says()
    {
        var current = Snapshot();
        PolicySnapshot Suppose(string name, string? region = null) => Apply(current, Scenarios.AddTo(new(), Scenarios.Find(name)!, region, current));

        Assert.Empty(LegalFacts.Adequacy(Suppose(Scenarios.UkAdequacyLapses), "DE", "GB"));
        Assert.NotEmpty(LegalFacts.Adequacy(Suppose(Scenarios.UkAdequacyLapses), "DE", "US"));
        Assert.Empty(LegalFacts.Adequacy(Suppose(Scenarios.DpfAnnulled), "DE", "US"));
        Assert.Equal(ReasonCodes.RegionNotActive, Evaluator.Decide(Suppose(Scenarios.RegionLost, "eu-west-1"), Placement("eu-west-1")).Code);
        Assert.Null(Scenarios.Find("doomsday"));
    }

    private static PolicyRequest Request(string? tenant, string? type, string country) => new()
    {
        TenantId = tenant,
        DataType = type,
        Mode = ResidencyMode.SingleCountry,
        Parameters = new() { Country = country },
        ValidFrom = LongAgo,
    };

    private static Interpreter Interpret(PolicySnapshot snapshot) => new(snapshot, Placement("eu-north-1").Cell);

    private static PolicySnapshot Apply(PolicySnapshot current, Overlay overlay)
    {
        var (snapshot, fault) = Overlays.Apply(current, overlay, Now);
        Assert.Null(fault);
        return snapshot!;
    }

    private static PolicyFault Refuse(Overlay overlay)
    {
        var (snapshot, fault) = Overlays.Apply(Snapshot(German), overlay, Now);
        Assert.Null(snapshot);
        return fault!;
    }
}
