using System.Text.Json;
using System.Text.Json.Nodes;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Evaluation.Tests.Publishing;

public sealed class FactAndRuleCheckTests
{
    [Theory]
    [InlineData("adequacy-eea-gb", "id", "\"Adequacy\"", "/id")]
    [InlineData("adequacy-eea-gb", "kind", "\"law\"", "/kind")]
    [InlineData("adequacy-eea-gb", "instrument", "\" \"", "/instrument")]
    [InlineData("adequacy-eea-gb", "from", "\"EEC\"", "/from")]
    [InlineData("adequacy-eea-gb", "from", "null", "/from")]
    [InlineData("adequacy-eea-gb", "to", "null", "/to")]
    [InlineData("adequacy-eea-gb", "to", "\"EEA\"", "/to")]
    [InlineData("adequacy-eea-gb", "validUntil", "\"2021-06-27\"", "/validUntil")]
    [InlineData("adequacy-eea-gb", "effect", "\"mechanism-required\"", "/effect")]
    [InlineData("adequacy-eea-gb", "group", "\"EEA\"", "/group")]
    [InlineData("transfer-eea", "from", "null", "/from")]
    [InlineData("transfer-eea", "certifiedOnly", "true", "/certifiedOnly")]
    [InlineData("localisation-ru", "country", "null", "/country")]
    [InlineData("localisation-ru", "country", "\"RU-MOW\"", "/country")]
    [InlineData("localisation-ru", "country", "\"Russia\"", "/country")]
    [InlineData("localisation-ru", "effect", "\"not-in-destinations\"", "/destinations")]
    [InlineData("transfer-ban-us", "destinations", "[]", "/destinations")]
    [InlineData("transfer-ban-us", "destinations", "[\"CN\",\"cn\"]", "/destinations/1")]
    [InlineData("transfer-ban-us", "dataTypes", "[\"\"]", "/dataTypes/0")]
    [InlineData("group-eea", "group", "null", "/group")]
    [InlineData("group-eea", "members", "[]", "/members")]
    [InlineData("group-eea", "members", "[{\"country\":\"DE\"},{\"country\":\"EEA\"}]", "/members/1/country")]
    [InlineData("group-eea", "members", "[{\"country\":\"DE\",\"from\":\"2026-01-02\",\"until\":\"2026-01-01\"}]", "/members/0/until")]
    [InlineData("no-location-rule-us-ca", "country", "\"ZZ-CA\"", "/country")]
    [InlineData("transfer-eea", "validUntil", "\"2018-05-25\"", null)]
    public void A_fault_of_a_fact_names_its_member(string id, string member, string value, string? place)
    {
        var node = JsonSerializer.SerializeToNode(SeedData.LegalFacts.Single(fact => fact.Id == id), ContractJson.Options)!;
        node[member] = JsonNode.Parse(value);
        var findings = FactCheck.Check(node.Deserialize<LegalFact>(ContractJson.Options)!, World.Snapshot());

        Assert.Equal(place is null ? [] : [place], findings.Select(finding => finding.Place));
    }

    [Theory]
    [InlineData("P7Y", "P1Y", "P30D", "/obligations/retention")]
    [InlineData("P1Y", "P7Y", "P30D", null)]
    [InlineData("7 years", null, "P30D", "/obligations/retention/least")]
    [InlineData(null, "P0D", "P30D", "/obligations/retention/most")]
    [InlineData(null, null, "1d", "/longestAccess")]
    public void A_fault_of_a_rule_names_its_member(string? least, string? most, string access, string? place)
    {
        var rule = SeedData.ClassificationRules[3] with { LongestAccess = access };
        var findings = RuleCheck.Check(rule with { Obligations = rule.Obligations with { Retention = new() { Least = least, Most = most } } }, World.Snapshot());

        Assert.Equal(place is null ? [] : [place], findings.Select(finding => finding.Place));
    }

    [Fact]
    public void A_rule_that_leaves_a_tenant_s_choice_nothing_says_whose()
    {
        var rule = SeedData.ClassificationRules[3];
        var world = World.Snapshot();
        var chosen = new PolicySnapshot(7, World.Now, world.Policies, world.Regions, world.Facts, world.Rules, [new() { TenantId = "acme", Level = rule.Level, Retention = new() { Least = "P5Y" } }]);
        var finding = Assert.Single(RuleCheck.Check(rule with { TenantRetention = new() { Most = "P4Y" } }, chosen));

        Assert.Equal(FindingSeverity.Warn, finding.Severity);
        Assert.Contains("acme", finding.Message, StringComparison.Ordinal);
        Assert.Empty(RuleCheck.Check(rule with { TenantRetention = new() { Most = "P5Y" } }, chosen));
    }
}
