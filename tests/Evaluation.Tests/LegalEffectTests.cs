using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests;

/// <summary>What each effect of a fact does to a copy, under a policy that allows every region.</summary>
public sealed class LegalEffectTests
{
    private static readonly DateOnly Today = DateOnly.FromDateTime(Now.UtcDateTime);

    private static readonly LegalFact Ban = new()
    {
        Id = "ban",
        Kind = LegalFactKinds.TransferBan,
        Instrument = "28 CFR 202",
        Country = "US",
        Destinations = ["CN", "HK"],
        Effect = LegalEffect.NotInDestinations,
    };

    private static readonly LegalFact Group =
        new() { Id = "group-eea", Kind = LegalFactKinds.CountryGroup, Instrument = "EEA Agreement", Group = "EEA", Members = [new() { Country = "DE" }, new() { Country = "FR", Until = Today }, new() { Country = "SE", From = Today.AddDays(1) }] };

    private static readonly LegalFact Condition =
        new() { Id = "transfer-eea", Kind = LegalFactKinds.TransferMechanism, Instrument = "GDPR Art. 44", From = "EEA", Effect = LegalEffect.MechanismRequired };

    [Theory]
    [InlineData("US", "us-east-1", "us-east-1", true)]
    [InlineData("US", "ap-east-1", "us-east-1", false)]
    [InlineData("US", "us-east-1", "cn-north-1", false)]
    [InlineData("DE", "ap-east-1", "cn-north-1", true)]
    [InlineData(null, "ap-east-1", "cn-north-1", true)]
    public void A_ban_keeps_every_copy_of_its_origin_out_of_its_destinations(string? origin, string primary, string backup, bool admitted)
    {
        var decision = Decide([Ban], Placement(primary, backups: [backup], origin: origin));

        Assert.Equal(admitted ? (DecisionOutcome.AllowWithObligations, ReasonCodes.Compliant) : (DecisionOutcome.Forbidden, ReasonCodes.TransferBanned), (decision.Outcome, decision.Code));
    }

    [Fact]
    public void A_banned_copy_is_told_by_its_country_the_law_and_what_it_keeps_out()
    {
        var decision = Decide([Ban], Placement("us-east-1", ["ap-east-1"], origin: "US"));

        Assert.Equal("Replica region ap-east-1 lies in HK; 28 CFR 202 keeps profile data from US out of CN, HK.", decision.Message);
        Assert.Equal(["ban"], decision.Citations.Select(citation => citation.FactId));
        Assert.DoesNotContain("ap-east-1", decision.AllowedReplicaRegions);
        Assert.DoesNotContain("cn-north-1", decision.AllowedReplicaRegions);
    }

    [Fact]
    public void A_fact_of_no_origin_binds_data_of_every_origin_and_of_none()
    {
        var everywhere = Ban with { Country = null };

        Assert.All(
            new[] { null, "DE", "US", "AQ" },
            origin => Assert.Equal(ReasonCodes.TransferBanned, Decide([everywhere], Placement("cn-north-1", origin: origin)).Code));
    }

    [Theory]
    [InlineData("identity", false)]
    [InlineData("content", true)]
    [InlineData(null, true)]
    public void A_fact_of_some_levels_binds_no_other_and_none_that_is_unknown(string? level, bool free)
    {
        var decision = Decide([Ban with { Levels = [ClassificationLevel.Identity, ClassificationLevel.Transactional] }], Placement("cn-north-1", level: level, origin: "US"));

        Assert.Equal(free, decision.Code != ReasonCodes.TransferBanned);
        Assert.Equal(free ? 0 : 1, decision.Citations.Count);
    }

    [Fact]
    public void What_leaves_needs_a_mechanism_and_what_stays_does_not()
    {
        LegalFact[] facts = [Group, Condition];

        Assert.Equal(ReasonCodes.Compliant, Decide(facts, Placement("eu-central-1", origin: "DE")).Code);
        Assert.Equal(ReasonCodes.Compliant, Decide(facts, Placement("us-east-1", origin: "CH")).Code);
        Assert.Equal(ReasonCodes.Compliant, Decide(facts, Placement("us-east-1")).Code);
        var decision = Decide(facts, Placement("eu-central-1", ["us-east-1"], origin: "DE"));
        Assert.Equal((DecisionOutcome.Indeterminate, ReasonCodes.MechanismMissing), (decision.Outcome, decision.Code));
        Assert.Contains("declares none for US", decision.Message, StringComparison.Ordinal);
        Assert.Equal(["transfer-eea"], decision.Citations.Select(citation => citation.FactId));
    }

    [Theory]
    [InlineData(0, "eu-west-3", ReasonCodes.Compliant)]
    [InlineData(1, "eu-west-3", ReasonCodes.MechanismMissing)]
    [InlineData(0, "eu-north-1", ReasonCodes.MechanismMissing)]
    [InlineData(1, "eu-north-1", ReasonCodes.Compliant)]
    public void Who_is_inside_follows_the_days_of_membership(int days, string region, string code)
    {
        var snapshot = Of([Group, Condition]).At(Now.AddDays(days));

        Assert.Equal(code, Evaluator.Decide(snapshot, Placement(region, origin: "DE")).Code);
        Assert.Equal(code, Evaluator.Decide(snapshot, Placement("eu-central-1", [region], origin: "DE")).Code);
    }

    [Fact]
    public void A_country_that_left_the_group_is_no_longer_where_a_transfer_begins()
    {
        var placement = Placement("us-east-1", origin: "FR");

        Assert.Equal(ReasonCodes.MechanismMissing, Evaluator.Decide(Of([Group, Condition]), placement).Code);
        Assert.Equal(ReasonCodes.Compliant, Evaluator.Decide(Of([Group, Condition]).At(Now.AddDays(1)), placement).Code);
    }

    [Theory]
    [InlineData("EEA", "US", -1, 1, ReasonCodes.Compliant)]
    [InlineData("DE", "US", 0, 0, ReasonCodes.Compliant)]
    [InlineData("EEA", "CA", -1, 1, ReasonCodes.MechanismMissing)]
    [InlineData("FR", "US", -1, 1, ReasonCodes.MechanismMissing)]
    [InlineData("EEA", "US", 1, 2, ReasonCodes.MechanismMissing)]
    [InlineData("EEA", "US", -2, -1, ReasonCodes.MechanismMissing)]
    public void Adequacy_in_force_for_origin_and_destination_is_enough(string from, string to, int first, int last, string code)
    {
        var adequacy = Adequacy(from, to) with { ValidFrom = Today.AddDays(first), ValidUntil = Today.AddDays(last) };

        Assert.Equal(code, Decide([Group, Condition, adequacy], Placement("us-east-1", origin: "DE")).Code);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(TransferMechanismKind.Certification, true)]
    [InlineData(TransferMechanismKind.Scc, true)]
    public void Adequacy_of_the_certified_alone_needs_a_certificate_or_another_mechanism(TransferMechanismKind? declared, bool admitted)
    {
        var decision = Decide([Group, Condition, Adequacy("EEA", "US") with { CertifiedOnly = true }], Placement("us-east-1", origin: "DE"), Declared(declared, "US"));

        Assert.Equal(admitted ? ReasonCodes.Compliant : ReasonCodes.MechanismMissing, decision.Code);
    }

    [Theory]
    [InlineData(TransferMechanismKind.Certification, "US", false)]
    [InlineData(TransferMechanismKind.Scc, "US", true)]
    [InlineData(TransferMechanismKind.Bcr, "US", true)]
    [InlineData(TransferMechanismKind.Derogation, "US", true)]
    [InlineData(TransferMechanismKind.Scc, "CA", false)]
    public void Without_a_decision_a_mechanism_covers_its_countries_and_a_certificate_nothing(TransferMechanismKind declared, string country, bool admitted)
    {
        var decision = Decide([Group, Condition], Placement("us-east-1", origin: "DE"), Declared(declared, country));

        Assert.Equal(admitted ? ReasonCodes.Compliant : ReasonCodes.MechanismMissing, decision.Code);
    }

    [Fact]
    public void The_certificate_does_not_hide_a_mechanism_that_stands_before_or_after_it()
    {
        var (certificate, clauses) = (Declared(TransferMechanismKind.Certification, "US"), Declared(TransferMechanismKind.Scc, "US"));

        Assert.Equal(ReasonCodes.Compliant, Decide([Group, Condition], Placement("us-east-1", origin: "DE"), [.. certificate, .. clauses]).Code);
        Assert.Equal(ReasonCodes.Compliant, Decide([Group, Condition], Placement("us-east-1", origin: "DE"), [.. clauses, .. certificate]).Code);
    }

    [Theory]
    [InlineData(1, ReasonCodes.Compliant)]
    [InlineData(0, ReasonCodes.MechanismMissing)]
    public void A_mechanism_covers_before_its_end(int ticks, string code)
    {
        var declared = Declared(TransferMechanismKind.Scc, "US").Select(mechanism => mechanism with { ValidUntil = Now.AddTicks(ticks) });

        Assert.Equal(code, Decide([Group, Condition], Placement("us-east-1", origin: "DE"), [.. declared]).Code);
    }

    [Fact]
    public void A_mechanism_lifts_no_ban()
    {
        var ban = Ban with { Country = "DE", Destinations = ["US"] };

        Assert.Equal(ReasonCodes.TransferBanned, Decide([Group, Condition, ban], Placement("us-east-1", origin: "DE"), Declared(TransferMechanismKind.Scc, "US")).Code);
    }

    [Fact]
    public void Of_two_laws_of_one_strength_the_first_by_id_is_the_reason()
    {
        var other = Ban with { Id = "another", Instrument = "Another" };

        Assert.Contains("Another", Decide([Ban, other], Placement("cn-north-1", origin: "US")).Message, StringComparison.Ordinal);
    }

    private static LegalFact Adequacy(string from, string to) =>
        new() { Id = "adequacy", Kind = LegalFactKinds.Adequacy, Instrument = "GDPR Art. 45", From = from, To = to };

    private static DeclaredMechanism[] Declared(TransferMechanismKind? kind, string country) =>
        kind is { } known ? [new() { Kind = known, Reference = "R-1", Countries = [country] }] : [];

    private static PolicySnapshot Of(LegalFact[] facts, params DeclaredMechanism[] mechanisms) => Snapshot(
        AllRegions,
        [Policy("acme", null, ResidencyMode.Regional, new() { Countries = [.. AllRegions.Select(region => region.Country).Distinct()] }) with { Mechanisms = mechanisms }],
        facts);

    private static Decision Decide(LegalFact[] facts, Placement placement, params DeclaredMechanism[] mechanisms) => Evaluator.Decide(Of(facts, mechanisms), placement);
}
