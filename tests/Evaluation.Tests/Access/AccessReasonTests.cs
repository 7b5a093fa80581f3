using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Access;
using static Sovereignty.Evaluation.Tests.Access.AccessWorld;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests.Access;

/// <summary>What an answer says where several things are in the way, and at the edges of what it compares.</summary>
public sealed class AccessReasonTests
{
    [Fact]
    public void Only_what_else_is_in_the_way_is_told_as_that()
    {
        Assert.DoesNotContain("In the way too", Ask(Question()).Reason, StringComparison.Ordinal);
        Assert.EndsWith($"In the way too: {AccessCodes.MechanismMissing}.", Ask(Question(duration: "P60D")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_field_without_a_value_is_named()
    {
        var nothing = Question() with { TenantId = "*", DataId = "", SourceRegion = "", TargetRegion = "", TargetCountry = "XX" };

        Assert.StartsWith("tenantId", Ask(nothing).Reason, StringComparison.Ordinal);
        Assert.StartsWith("dataId", Ask(nothing with { TenantId = "acme" }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("sourceRegion", Ask(nothing with { TenantId = "acme", DataId = "d" }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("targetRegion", Ask(nothing with { TenantId = "acme", DataId = "d", SourceRegion = "eu-west-1" }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("targetCountry", Ask(nothing with { TenantId = "acme", DataId = "d", SourceRegion = "eu-west-1", TargetRegion = "us-east-1" }).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, AccessCodes.Permitted)]
    [InlineData(201, AccessCodes.MechanismInvalid)]
    public void A_reference_has_at_most_200_characters(int length, string code) =>
        Assert.Equal(code, Ask(Question(target: "ap-south-1", mechanism: Mechanism(reference: new string('x', length)))).Code);

    [Theory]
    [InlineData("us-east-1", true)]
    [InlineData("ap-south-1", false)]
    public void A_certificate_is_named_as_a_way_where_a_decision_asks_for_one(string target, bool named) =>
        Assert.Equal(named, Ask(Question(target: target)).Reason.Contains("the recipient's certification, ", StringComparison.Ordinal));

    [Theory]
    [InlineData(4, "P5D")]
    [InlineData(40, "P20D")]
    public void A_certificate_covers_no_longer_than_the_decision_that_asks_for_it(int decisionEndsAfterDays, string longest)
    {
        LegalFact[] facts = [.. SeedData.LegalFacts.Select(fact => fact.Id == "adequacy-eea-us" ? fact with { ValidUntil = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(decisionEndsAfterDays) } : fact)];
        var question = Question(duration: "P30D", start: new(Now.Date, TimeSpan.Zero), mechanism: Mechanism(TransferMechanismKind.Certification, "DPF-1", new(Now.Date.AddDays(20), TimeSpan.Zero)));

        var answer = AccessEvaluator.Validate(Snapshot(AllRegions, [PlatformDefault], facts), Data(), question);

        Assert.Equal((AccessCodes.MechanismInvalid, longest), (answer.Code, answer.LongestDuration));
    }

    [Fact]
    public void Only_a_ban_bans_its_destinations()
    {
        LegalFact Of(string kind) => new() { Id = "x", Kind = kind, Country = "US", Destinations = ["JP"], Instrument = "X" };
        AccessValidated Validate(string kind) => AccessEvaluator.Validate(Snapshot(AllRegions, [PlatformDefault], [Of(kind)]), Data(), Question("us-east-1", "ap-northeast-1"));

        Assert.Equal(AccessCodes.TransferBanned, Validate(LegalFactKinds.TransferBan).Code);
        Assert.NotEqual(AccessCodes.TransferBanned, Validate(LegalFactKinds.TransferCondition).Code);
    }

    [Fact]
    public void An_access_that_would_outlast_time_ends_with_it()
    {
        var answer = Ask(Question(target: "ap-south-1", start: DateTimeOffset.MaxValue.AddDays(-1), mechanism: Mechanism(until: DateTimeOffset.MaxValue.AddHours(-1))));

        Assert.Equal(AccessCodes.MechanismInvalid, answer.Code);
        Assert.Contains("9999-12-31T23:59:59Z", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_country_is_left_where_the_target_is_not_known()
    {
        var known = Placement("eu-west-1");
        var inside = Question(target: "eu-west-1", country: "IE");

        Assert.Equal(CrossBorderRule.Allowed, Ask(inside, Data(placement: known)).CrossBorder);
        Assert.Equal(CrossBorderRule.Restricted, Ask(inside with { TargetRegion = "eu-nowhere-9" }, Data(placement: known)).CrossBorder);
    }
}
