using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Access;
using static Sovereignty.Evaluation.Tests.World;
using static Sovereignty.Evaluation.Tests.Access.AccessWorld;

namespace Sovereignty.Evaluation.Tests.Access;

public sealed class AccessRuleTests
{
    [Theory]
    [InlineData(ClassificationLevel.Identity, CrossBorderRule.Restricted, "P30D", "approvers of IE decide")]
    [InlineData(ClassificationLevel.Transactional, CrossBorderRule.Restricted, "P30D", "approvers of IE decide")]
    [InlineData(ClassificationLevel.Operational, CrossBorderRule.AllowedWithLogging, "P90D", "each use is logged")]
    [InlineData(ClassificationLevel.Content, CrossBorderRule.Allowed, "P365D", "granted by rule")]
    [InlineData(ClassificationLevel.Analytical, CrossBorderRule.Allowed, "P365D", "granted by rule")]
    public void The_level_says_who_decides_and_for_how_long(ClassificationLevel level, CrossBorderRule rule, string longest, string who)
    {
        var answer = Ask(Question(mechanism: Mechanism()), Data(level));

        Assert.Equal((true, AccessCodes.Permitted), (answer.Permitted, answer.Code));
        Assert.Equal((level, "profile", rule, "IE", longest), (answer.Classification, answer.DataType, answer.CrossBorder, answer.SourceCountry, answer.LongestDuration));
        Assert.Equal((PlatformDefault.Id, 1, 7), (answer.PolicyId, answer.PolicyVersion, answer.Epoch));
        Assert.Contains(who, answer.Reason, StringComparison.Ordinal);
        Assert.Contains("platform default decides", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_answer_repeats_what_was_asked()
    {
        var asked = Question() with { Attempt = 3 };

        var answer = Ask(asked);

        Assert.Equal(
            (asked.RequestId, 3, "acme", "d-1", "eu-west-1", "us-east-1", AccessEvaluator.Actor, Now),
            (answer.RequestId, answer.Attempt, answer.TenantId, answer.DataId, answer.SourceRegion, answer.TargetRegion, answer.Actor, answer.OccurredAt));
    }

    [Theory]
    [InlineData("eu-central-1", "eusc-de-east-1", "DE", true)]
    [InlineData("eu-central-1", "eu-central-1", "DE", true)]
    [InlineData("eu-central-1", "eu-west-1", "DE", false)]
    [InlineData("eu-central-1", "eu-central-1", "FR", false)]
    [InlineData("eu-west-1", "eu-west-1", "DE", false)]
    public void Where_source_target_and_person_are_in_one_country_no_border_is_crossed(string source, string target, string country, bool stays)
    {
        var answer = Ask(Question(source, target, country), Data(placement: Placement(source)));

        Assert.True(answer.Permitted);
        Assert.Equal(stays ? CrossBorderRule.Allowed : CrossBorderRule.Restricted, answer.CrossBorder);
        Assert.Equal(stays, answer.Reason.Contains("No border", StringComparison.Ordinal));
    }

    [Fact]
    public void A_border_counts_as_crossed_where_the_person_comes_from_elsewhere_or_the_place_of_the_data_is_only_claimed()
    {
        var known = Data(placement: Placement("eu-central-1"));
        var asked = Question("eu-central-1", "eu-central-1", "DE");

        Assert.Equal(AccessCodes.MechanismMissing, Ask(asked with { RequesterCountry = "US" }, known).Code);
        Assert.Equal(CrossBorderRule.Restricted, Ask(asked with { RequesterCountry = "FR" }, known).CrossBorder);
        Assert.Equal(CrossBorderRule.Restricted, Ask(asked with { RequesterCountry = null }, known).CrossBorder);
        Assert.Equal(CrossBorderRule.Restricted, Ask(asked, Data()).CrossBorder);
        Assert.Equal(CrossBorderRule.Allowed, Ask(asked, known).CrossBorder);
    }

    [Fact]
    public void Data_that_was_never_classified_is_unknown()
    {
        var answer = AccessEvaluator.Validate(Snapshot(), null, Question());

        Assert.Equal((false, AccessCodes.DataUnknown), (answer.Permitted, answer.Code));
        Assert.Equal((null, null, null, null, null), (answer.DataType, answer.Classification, answer.CrossBorder, answer.LongestDuration, answer.PolicyId));
    }

    [Theory]
    [InlineData("eu-west-1", AccessCodes.Permitted)]
    [InlineData("eu-west-3", AccessCodes.Permitted)]
    [InlineData("eu-central-1", AccessCodes.Permitted)]
    [InlineData("eu-north-1", AccessCodes.DataNotInRegion)]
    public void Admitted_data_is_seen_where_one_of_its_copies_is(string source, string code)
    {
        var answer = Ask(Question(source, "eu-west-1"), Data(placement: Placement("eu-west-1", ["eu-west-3"], ["eu-central-1"])));

        Assert.Equal(code, answer.Code);
        Assert.Equal(code == AccessCodes.DataNotInRegion, answer.Reason.Contains("eu-west-1, eu-west-3, eu-central-1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("eu-west-9", "us-east-1", AccessCodes.RegionUnknown, "Source region eu-west-9")]
    [InlineData("eu-west-1", "US-EAST-1", AccessCodes.RegionUnknown, "Target region US-EAST-1")]
    [InlineData("aws-global", "us-east-1", AccessCodes.RegionNotAPlace, "Source region aws-global")]
    [InlineData("eu-west-1", "aws-global", AccessCodes.RegionNotAPlace, "Target region aws-global")]
    [InlineData("eu-west-9", "aws-cn-global", AccessCodes.RegionNotAPlace, "Target region aws-cn-global")]
    public void A_region_must_be_a_registered_place(string source, string target, string code, string says)
    {
        var answer = Ask(Question(source, target, mechanism: Mechanism()));

        Assert.Equal((false, code, null), (answer.Permitted, answer.Code, answer.LongestDuration));
        Assert.Contains(says, answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RegionState.Draining, AccessCodes.Permitted, AccessCodes.Permitted)]
    [InlineData(RegionState.Suspended, AccessCodes.Permitted, AccessCodes.Permitted)]
    [InlineData(RegionState.Isolated, AccessCodes.Permitted, AccessCodes.RegionClosed)]
    [InlineData(RegionState.Retired, AccessCodes.Permitted, AccessCodes.RegionClosed)]
    public void Nothing_is_seen_through_an_isolated_or_retired_region(RegionState state, string asSource, string asTarget)
    {
        var snapshot = Snapshot([Place("eu-west-1", "IE", "IE", state), Place("eu-west-3", "FR", "FR")], [PlatformDefault]);

        Assert.Equal(asSource, AccessEvaluator.Validate(snapshot, Data(), Question("eu-west-1", "eu-west-3")).Code);
        Assert.Equal(asTarget, AccessEvaluator.Validate(snapshot, Data(), Question("eu-west-3", "eu-west-1", "IE")).Code);
    }

    [Fact]
    public void Without_any_policy_nothing_is_permitted()
    {
        var answer = AccessEvaluator.Validate(Snapshot(AllRegions, []), Data(), Question("eu-west-1", "eu-west-3"));

        Assert.Equal((AccessCodes.PolicyMissing, null), (answer.Code, answer.PolicyId));
    }

    [Fact]
    public void Without_a_rule_for_the_level_nothing_is_permitted()
    {
        var rules = SeedData.ClassificationRules.Where(rule => rule.Level is not ClassificationLevel.Identity);

        var answer = AccessEvaluator.Validate(Snapshot(AllRegions, [PlatformDefault], rules: rules), Data(), Question("eu-west-1", "eu-west-3"));

        Assert.Equal((AccessCodes.ClassificationUnknown, null, null), (answer.Code, answer.CrossBorder, answer.LongestDuration));
    }

    [Theory]
    [InlineData("eusc-de-east-1", "DE", AccessCodes.Permitted)]
    [InlineData("eu-central-1", "DE", AccessCodes.ViewFromOutsideForbidden)]
    [InlineData("eusc-de-east-1", "FR", AccessCodes.ViewFromOutsideForbidden)]
    [InlineData("eu-west-9", "FR", AccessCodes.ViewFromOutsideForbidden)]
    [InlineData("eu-west-9", "DE", AccessCodes.RegionUnknown)]
    public void Fully_sovereign_data_is_never_seen_from_outside(string target, string country, string code)
    {
        var sovereign = Policy("acme", null, ResidencyMode.FullySovereign, new() { Country = "DE", ViewFromOutside = true });

        var answer = Ask(Question("eusc-de-east-1", target, country), Data(ClassificationLevel.Content), sovereign);

        Assert.Equal((code, sovereign.Id), (answer.Code, answer.PolicyId));
    }

    [Theory]
    [InlineData(null, "eu-west-1", "IE", AccessCodes.Permitted)]
    [InlineData(null, "eu-west-3", "IE", AccessCodes.Permitted)]
    [InlineData(null, "eu-central-1", "DE", AccessCodes.ViewFromOutsideForbidden)]
    [InlineData(null, "eu-west-1", "DE", AccessCodes.ViewFromOutsideForbidden)]
    [InlineData(false, "eu-central-1", "DE", AccessCodes.ViewFromOutsideForbidden)]
    [InlineData(true, "eu-central-1", "DE", AccessCodes.Permitted)]
    public void Client_owned_data_is_seen_from_outside_where_the_client_says_so(bool? view, string target, string country, string code)
    {
        var owned = Policy("acme", null, ResidencyMode.ClientOwned, new()
        {
            Regions = [new ClientRegion { Code = "eu-west-1", Use = ClientRegionUse.Primary }, new ClientRegion { Code = "eu-west-3", Use = ClientRegionUse.Copy }],
            ViewFromOutside = view,
        });

        Assert.Equal(code, Ask(Question("eu-west-1", target, country), Data(), owned).Code);
    }

    public static TheoryData<ResidencyMode> ByGrant => [ResidencyMode.SingleCountry, ResidencyMode.Regional, ResidencyMode.Hybrid];

    [Theory]
    [MemberData(nameof(ByGrant))]
    public void Other_modes_are_seen_from_outside_by_grant(ResidencyMode mode)
    {
        var policy = Policy("acme", null, mode, new() { Country = "IE", Countries = ["IE"], PrimaryRegions = ["eu-west-1"], ReplicaRegions = ["eu-west-1"], ViewFromOutside = false });

        var answer = Ask(Question("eu-west-1", "eu-central-1"), Data(), policy);

        Assert.Equal((AccessCodes.Permitted, CrossBorderRule.Restricted, policy.Id), (answer.Code, answer.CrossBorder, answer.PolicyId));
    }

    // 28 CFR 202: Hong Kong and Macao count as China.
    [Theory]
    [InlineData("us-east-1", "cn-north-1", "CN", null, AccessCodes.TransferBanned)]
    [InlineData("us-east-1", "ap-east-1", "HK", null, AccessCodes.TransferBanned)]
    [InlineData("us-gov-west-1", "us-east-1", "MO", null, AccessCodes.TransferBanned)]
    [InlineData("us-east-1", "us-east-1", "RU", null, AccessCodes.TransferBanned)]
    [InlineData("us-east-1", "ap-east-1", "US", null, AccessCodes.TransferBanned)]
    [InlineData("eu-west-1", "ap-east-1", "HK", "US", AccessCodes.TransferBanned)]
    [InlineData("us-east-1", "ap-northeast-1", "JP", null, AccessCodes.Permitted)]
    [InlineData("us-east-1", "us-west-2", "US", null, AccessCodes.Permitted)]
    [InlineData("eu-west-1", "ap-east-1", "HK", "DE", AccessCodes.Permitted)]
    [InlineData("eu-west-1", "ap-east-1", "HK", null, AccessCodes.Permitted)]
    public void Restricted_data_of_the_United_States_does_not_go_to_countries_of_concern(string source, string target, string country, string? origin, string code)
    {
        var question = Question(source, target, country, mechanism: Mechanism());
        var placement = Placement(source, origin: origin);

        var answer = Ask(question, Data(placement: placement));

        Assert.Equal(code, answer.Code);
        Assert.Equal(code == AccessCodes.TransferBanned, answer.Cited().Contains("transfer-ban-us"));
        Assert.Equal(AccessCodes.TransferBanned == code ? null : "P30D", answer.LongestDuration);
        Assert.True(Ask(question, Data(ClassificationLevel.Operational, placement)).Permitted);
    }

    [Fact]
    public void The_ban_does_not_bind_before_its_day()
    {
        var question = Question("us-east-1", "cn-north-1");

        Assert.True(AccessEvaluator.Validate(Snapshot().At(new(2025, 4, 7, 23, 59, 59, TimeSpan.Zero)), Data(), question).Permitted);
        Assert.False(AccessEvaluator.Validate(Snapshot().At(new(2025, 4, 8, 0, 0, 0, TimeSpan.Zero)), Data(), question).Permitted);
    }

    [Theory]
    [InlineData(ClassificationLevel.Identity, "P30D", "P30DT1S")]
    [InlineData(ClassificationLevel.Transactional, "P30D", "P31D")]
    [InlineData(ClassificationLevel.Operational, "P90D", "P91D")]
    [InlineData(ClassificationLevel.Content, "P365D", "P366D")]
    [InlineData(ClassificationLevel.Analytical, "P1Y", "P2Y")]
    public void Each_level_has_a_longest_access(ClassificationLevel level, string longest, string longer)
    {
        Assert.True(Ask(Question("eu-west-1", "eu-west-3", duration: longest), Data(level)).Permitted);

        var answer = Ask(Question("eu-west-1", "eu-west-3", duration: longer), Data(level));

        Assert.Equal(AccessCodes.DurationTooLong, answer.Code);
        Assert.Contains($"at most {answer.LongestDuration}", answer.Reason, StringComparison.Ordinal);
        Assert.True(Ask(Question("eu-west-1", "eu-west-3", duration: answer.LongestDuration!), Data(level)).Permitted);
    }

    [Fact]
    public void The_shortest_of_several_rules_is_the_longest_access()
    {
        var rules = SeedData.ClassificationRules.Select(rule => rule with { LongestAccess = "PT8H" });

        var answer = AccessEvaluator.Validate(
            Snapshot(AllRegions, [PlatformDefault], rules: [.. SeedData.ClassificationRules, .. rules]), Data(), Question("eu-west-1", "eu-west-3", duration: "PT9H"));

        Assert.Equal((AccessCodes.DurationTooLong, "PT8H"), (answer.Code, answer.LongestDuration));
    }

    [Theory]
    [InlineData("P0D")]
    [InlineData("-P1D")]
    [InlineData("a week")]
    [InlineData("P99999999999D")]
    [InlineData(null)]
    public void A_duration_that_is_none_is_refused(string? duration)
    {
        var answer = Ask(Question() with { Duration = duration! });

        Assert.Equal(AccessCodes.InputInvalid, answer.Code);
        Assert.StartsWith("duration ", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_refused_by_name()
    {
        Assert.StartsWith("tenantId ", Ask(Question() with { TenantId = "*" }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("dataId ", Ask(Question() with { DataId = null! }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("sourceRegion ", Ask(Question() with { SourceRegion = "" }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("targetRegion ", Ask(Question() with { TargetRegion = null! }).Reason, StringComparison.Ordinal);
        Assert.StartsWith("targetCountry ", Ask(Question() with { TargetCountry = "EU" }).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_strongest_refusal_is_the_reason_and_the_others_are_named()
    {
        var answer = Ask(Question("eu-west-9", "us-east-1", duration: "P31D"));

        Assert.Equal(AccessCodes.DurationTooLong, answer.Code);
        Assert.Contains($"In the way too: {AccessCodes.RegionUnknown}.", answer.Reason, StringComparison.Ordinal);
        Assert.Null(answer.LongestDuration);
    }

    [Fact]
    public void What_an_access_rests_on_is_part_of_an_epochs_content()
    {
        var hash = Snapshot().ContentHash();

        Assert.NotEqual(hash, Snapshot(AllRegions, [PlatformDefault], SeedData.LegalFacts.Select(fact => fact with { Destinations = [] })).ContentHash());
        Assert.NotEqual(hash, Snapshot(AllRegions, [PlatformDefault], SeedData.LegalFacts.Select(fact => fact with { CertifiedOnly = false })).ContentHash());
        Assert.NotEqual(hash, Snapshot(AllRegions, [PlatformDefault], SeedData.LegalFacts.Select(fact => fact with { To = null })).ContentHash());
        Assert.NotEqual(hash, Snapshot(AllRegions, [PlatformDefault], rules: SeedData.ClassificationRules.Select(rule => rule with { LongestAccess = "P1D" })).ContentHash());
    }
}
