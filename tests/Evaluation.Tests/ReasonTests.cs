using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests;

/// <summary>Which of several refusals is the reason, and what it says.</summary>
public sealed class ReasonTests
{
    private static readonly LegalFact Ban = new()
    {
        Id = "ban",
        Kind = LegalFactKinds.TransferBan,
        Instrument = "The ban",
        Country = "DE",
        Destinations = ["HK"],
        Effect = LegalEffect.NotInDestinations,
    };

    [Fact]
    public void A_missing_mechanism_says_whether_the_policy_would_refuse_the_place_with_one()
    {
        var anywhere = Policy("acme", null, ResidencyMode.Regional, new() { Countries = ["US"] });

        Assert.EndsWith(
            "the platform's default policy declares none for US; with one, it would still keep a primary inside EEA.",
            Evaluator.Decide(Snapshot(), Placement("us-east-1", origin: "DE")).Message,
            StringComparison.Ordinal);
        Assert.EndsWith("the policy of tenant acme declares none for US.", Evaluator.Decide(Snapshot(anywhere), Placement("us-east-1", origin: "DE")).Message, StringComparison.Ordinal);
        Assert.EndsWith("and no policy declares one for US.", Evaluator.Decide(Snapshot(AllRegions, []), Placement("us-east-1", origin: "DE")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_level_comes_before_copies_and_the_primary_before_replicas_and_backups()
    {
        Assert.Equal(ReasonCodes.ClassificationUnknown, Evaluator.Decide(Snapshot(), Placement("eu-west-9", level: null)).Code);
        Assert.Equal(ReasonCodes.PrimaryOutsideResidency, Evaluator.Decide(Snapshot(), Placement("us-west-2", ["us-east-1"], ["ca-central-1"])).Code);
        Assert.Equal(ReasonCodes.ReplicaOutsideResidency, Evaluator.Decide(Snapshot(), Placement("eu-west-1", ["us-east-1"], ["ca-central-1"])).Code);
    }

    [Fact]
    public void Among_copies_of_one_kind_the_first_by_code_is_the_reason()
    {
        var decision = Evaluator.Decide(Snapshot(), Placement("eu-west-1", ["us-west-2", "us-east-1"]));

        Assert.Contains("Replica region us-east-1 lies in US;", decision.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Refused too: replica us-west-2 (replica-outside-residency).", decision.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_law_is_the_reason_before_the_state_of_the_region()
    {
        var snapshot = Snapshot([Place("ap-east-1", "HK", "HK", RegionState.Retired)], [PlatformDefault], [Ban]);

        Assert.Equal(ReasonCodes.TransferBanned, Evaluator.Decide(snapshot, Placement("ap-east-1", origin: "DE")).Code);
        Assert.Equal(ReasonCodes.RegionNotActive, Evaluator.Decide(snapshot, Placement("ap-east-1", origin: "FR")).Code);
    }

    [Fact]
    public void Near_is_to_the_primary_and_where_that_is_unknown_to_the_origin()
    {
        var snapshot = Snapshot(Policy("acme", null, ResidencyMode.Regional, new() { Countries = ["DE", "FR"] }));

        Assert.Equal("eu-central-1", Evaluator.Decide(snapshot, Placement("us-east-1", origin: "FR")).NearestCompliantRegions[0]);
        Assert.Equal("eu-west-3", Evaluator.Decide(snapshot, Placement("eu-west-9", origin: "FR")).NearestCompliantRegions[0]);
        Assert.Equal("eu-central-1", Evaluator.Decide(snapshot, Placement("eu-west-9")).NearestCompliantRegions[0]);
    }

    [Fact]
    public void That_the_default_decides_is_said_where_a_policy_does_and_not_where_a_law_does()
    {
        var (silent, forbidden) = (Evaluator.Decide(Snapshot(), Placement("us-east-1")), Evaluator.Decide(Snapshot(), Placement("eu-west-1", origin: "RU")));

        Assert.Equal(
            "No policy of tenant acme or for profile data applies, so the platform default decides. Primary region us-east-1 lies in US; the platform's default policy keeps a primary inside EEA.",
            silent.Message);
        Assert.Equal("Primary region eu-west-1 lies in IE; 152-FZ Art. 18(5) as reworded by 23-FZ keeps the primary of profile data from RU in RU.", forbidden.Message);
    }

    [Fact]
    public void A_law_that_keeps_every_copy_says_so()
    {
        Assert.Contains("keeps every copy of payment data from IN in IN", Evaluator.Decide(Snapshot(), Placement("eu-west-1", type: "payment", origin: "IN")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DE", "EEA", "from DE out of HK")]
    [InlineData(null, "EEA", "from EEA out of HK")]
    [InlineData(null, null, "profile data out of HK")]
    public void A_ban_names_the_origin_that_it_is_about(string? country, string? from, string words)
    {
        var group = SeedData.LegalFacts.Single(fact => fact.Id == "group-eea");
        var snapshot = Snapshot(AllRegions, [PlatformDefault], [group, Ban with { Country = country, From = from }]);

        Assert.Contains(words, Evaluator.Decide(snapshot, Placement("ap-east-1", origin: "DE")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_mechanism_is_told_by_the_policy_that_lacks_it()
    {
        var anywhere = Policy("acme", null, ResidencyMode.Regional, new() { Countries = ["US"] });

        Assert.Contains("and the policy of tenant acme declares none for US", Evaluator.Decide(Snapshot(anywhere), Placement("us-east-1", origin: "DE")).Message, StringComparison.Ordinal);
        Assert.Contains("and no policy declares one for US", Evaluator.Decide(Snapshot(AllRegions, []), Placement("us-east-1", origin: "DE")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ResidencyMode.SingleCountry, "eu-west-1", "keeps a primary in DE.")]
    [InlineData(ResidencyMode.Regional, "eu-west-1", "keeps a primary inside DE, FR.")]
    [InlineData(ResidencyMode.Hybrid, "eu-west-1", "keeps a primary in eu-central-1, eu-west-3.")]
    [InlineData(ResidencyMode.FullySovereign, "eu-central-1", "bound by the law of DE and US; the policy of tenant acme keeps a primary in DE, with an operator bound by the law of DE alone.")]
    [InlineData(ResidencyMode.ClientOwned, "eu-west-1", "keeps a primary in the regions the client lists for it.")]
    public void A_policy_says_where_it_keeps_a_primary(ResidencyMode mode, string region, string words)
    {
        var parameters = new ResidencyParameters { Country = "DE", Countries = ["DE", "FR"], PrimaryRegions = ["eu-central-1", "eu-west-3"], ReplicaRegions = ["us-east-1"] };

        Assert.EndsWith(words, Evaluator.Decide(Snapshot(Policy("acme", null, mode, parameters)), Placement(region)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hybrid_policy_says_where_it_keeps_a_replica()
    {
        var policy = Policy("acme", null, ResidencyMode.Hybrid, new() { PrimaryRegions = ["eu-west-1"], ReplicaRegions = ["us-east-1", "us-west-2"] });

        Assert.EndsWith("keeps a replica in us-east-1, us-west-2.", Evaluator.Decide(Snapshot(policy), Placement("eu-west-1", ["eu-west-1"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ResidencyMode.SingleCountry)]
    [InlineData(ResidencyMode.Regional)]
    [InlineData(ResidencyMode.Hybrid)]
    [InlineData(ResidencyMode.FullySovereign)]
    [InlineData(ResidencyMode.ClientOwned)]
    [InlineData((ResidencyMode)99)]
    public void A_policy_without_its_parameters_permits_nothing(ResidencyMode mode)
    {
        var decision = Evaluator.Decide(Snapshot(Policy("acme", null, mode, new())), Placement("eu-central-1", ["eu-central-1"]));

        Assert.Equal((DecisionOutcome.NotPermitted, ReasonCodes.PrimaryOutsideResidency), (decision.Outcome, decision.Code));
        Assert.Empty(decision.AllowedReplicaRegions);
    }

    [Fact]
    public void A_group_that_no_fact_tells_of_has_no_country()
    {
        var policy = Policy("acme", null, ResidencyMode.Regional, new() { Group = "APAC" });

        Assert.Equal(ReasonCodes.PrimaryOutsideResidency, Evaluator.Decide(Snapshot(policy), Placement("ap-south-1")).Code);
    }

    [Fact]
    public void Where_two_policies_of_one_level_are_in_force_the_later_decides_and_then_the_lower_id()
    {
        var (early, late) = (Germany(1) with { ValidFrom = Now.AddDays(-2) }, Germany(2) with { ValidFrom = Now.AddDays(-1) });
        var twin = Germany(3) with { ValidFrom = Now.AddDays(-1) };

        Assert.Equal(late, PolicySelection.Select(Snapshot(early, late), "acme", "profile"));
        Assert.Equal(late, PolicySelection.Select(Snapshot(late, early), "acme", "profile"));
        Assert.Equal(late, PolicySelection.Select(Snapshot(twin, late), "acme", "profile"));
    }

    [Fact]
    public void Of_decisions_of_adequacy_the_one_that_ends_last_comes_first()
    {
        LegalFact Decision(string id, DateOnly? until) => new() { Id = id, Kind = LegalFactKinds.Adequacy, Instrument = id, From = "DE", To = "US", ValidUntil = until };
        var snapshot = Snapshot(AllRegions, [], [Decision("a", new(2027, 1, 1)), Decision("b", null), Decision("c", new(2028, 1, 1)), Decision("d", DateOnly.MaxValue)]);

        Assert.Equal(["b", "d", "c", "a"], LegalFacts.Adequacy(snapshot, "DE", "US").Select(fact => fact.Id));
    }

    [Fact]
    public void Each_axis_binds_by_itself()
    {
        var free = new Obligations
        {
            Encryption = Requirement.Recommended,
            AuditLog = Requirement.Optional,
            Retention = new(),
            PersonalData = PersonalDataHandling.Standard,
            CrossBorder = CrossBorderRule.Allowed,
        };

        Assert.False(ObligationLattice.Binds(free));
        Assert.True(ObligationLattice.Binds(free with { Encryption = Requirement.Required }));
        Assert.True(ObligationLattice.Binds(free with { AuditLog = Requirement.Required }));
        Assert.True(ObligationLattice.Binds(free with { PersonalData = PersonalDataHandling.Strict }));
        Assert.True(ObligationLattice.Binds(free with { CrossBorder = CrossBorderRule.AllowedWithLogging }));
        Assert.True(ObligationLattice.Binds(free with { Retention = new() { Least = "P1D" } }));
        Assert.True(ObligationLattice.Binds(free with { Retention = new() { Most = "P1D" } }));
    }

    [Fact]
    public void Of_two_texts_for_one_length_the_same_is_taken_in_any_order()
    {
        var (year, months) = (new Retention { Least = "P1Y", Most = "P1Y" }, new Retention { Least = "P12M", Most = "P12M" });

        Assert.Equal(months, ObligationLattice.Intersect(year, months));
        Assert.Equal(months, ObligationLattice.Intersect(months, year));
    }

    [Fact]
    public void An_input_without_an_id_is_refused_all_the_same()
    {
        var decision = Evaluator.Refuse(Snapshot(), null, null, new("dataId", "dataId is missing."));

        Assert.Equal(("", null, DecisionOutcome.Indeterminate, ReasonCodes.InputInvalid), (decision.DataId, decision.TenantId, decision.Outcome, decision.Code));
        Assert.Equal("d-1", Evaluator.Refuse(Snapshot(), "acme", "d-1", new("dataType", "")).DataId);
    }

    private static ResidencyPolicy Germany(int id) => Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "DE" }, new Guid(id, 0, 0, new byte[8]));
}
