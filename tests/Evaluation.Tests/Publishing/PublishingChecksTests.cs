using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Evaluation.Tests.Publishing;

public sealed class PublishingChecksTests
{
    private static readonly Guid Default = World.PlatformDefault.Id;

    [Fact]
    public void What_changes_nothing_has_no_findings()
    {
        Assert.Empty(Check(World.Snapshot(), Publish(Request(new() { Group = "EEA" }, ResidencyMode.Regional) with { ValidFrom = World.LongAgo }, Default)));
    }

    [Fact]
    public void A_fault_is_refused_at_its_place()
    {
        var finding = Assert.Single(Check(World.Snapshot(), Publish(Request(new() { PrimaryRegions = ["eu-central-1", "eu-mars-1"], ReplicaRegions = ["eu-west-1"] }, ResidencyMode.Hybrid))));

        Assert.Equal((FindingSeverity.Refuse, "/policies/0/parameters/primaryRegions/1"), (finding.Severity, finding.Place));
    }

    [Fact]
    public void Policies_of_one_level_and_time_are_refused()
    {
        var findings = Check(World.Snapshot(), new()
        {
            Policies = [new(Request(new() { Country = "DE" }, ResidencyMode.SingleCountry, "acme"), null, "/policies/0"), new(Request(new() { Country = "FR" }, ResidencyMode.SingleCountry, "acme"), null, "/policies/1")],
        });

        Assert.Equal(["/policies/0/validFrom", "/policies/1/validFrom"], Places(findings, FindingKinds.Overlap, FindingSeverity.Refuse));
    }

    [Fact]
    public void A_policy_overlaps_one_that_is_published_and_not_one_that_is_retired()
    {
        var published = World.Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "DE" });
        var request = Publish(Request(new() { Country = "IN" }, ResidencyMode.SingleCountry, "acme"));

        Assert.Contains(Check(World.Snapshot(published), request), finding => finding.Kind == FindingKinds.Overlap && finding.Message.Contains(published.Id.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(Check(With(new PublishedPolicy(published, World.Now)), request), finding => finding.Kind == FindingKinds.Overlap);
    }

    [Theory]
    [InlineData(ResidencyMode.SingleCountry, "RU", FindingSeverity.Refuse)]
    [InlineData(ResidencyMode.FullySovereign, "FR", FindingSeverity.Refuse)]
    [InlineData(ResidencyMode.FullySovereign, "DE", null)]
    [InlineData(ResidencyMode.SingleCountry, "SE", FindingSeverity.Warn)]
    public void Where_no_region_could_ever_hold_a_primary_it_is_refused(ResidencyMode mode, string country, FindingSeverity? severity)
    {
        Region[] regions = [.. World.AllRegions.Where(region => region.Code != "eu-north-1"), World.Place("eu-north-1", "SE", "SE,US", RegionState.Proposed)];
        var findings = Check(World.Snapshot(regions, [World.PlatformDefault]), Publish(Request(new() { Country = country }, mode, "acme")));

        Assert.Equal(severity, findings.FirstOrDefault(finding => finding.Kind == FindingKinds.Impossible)?.Severity);
    }

    [Fact]
    public void Where_a_fact_forbids_every_region_to_every_origin_it_is_impossible_too()
    {
        var findings = Check(World.Snapshot(), new()
        {
            Policies = [new(Request(new() { Country = "GB" }, ResidencyMode.SingleCountry, "acme"), null, "/policies/0")],
            Facts = [new(Rule("platform-not-gb", "GB"), "/facts/0")],
        });

        Assert.Equal(["/policies/0/parameters"], Places(findings, FindingKinds.Impossible, FindingSeverity.Refuse));
    }

    [Fact]
    public void A_group_that_has_its_first_region_later_is_possible()
    {
        var later = DateOnly.FromDateTime(World.Now.AddDays(30).UtcDateTime);
        var facts = new[] { Group("LATER", new GroupMember { Country = "JP", From = later }) };
        var findings = Check(World.Snapshot(), new() { Policies = [new(Request(new() { Group = "LATER" }, ResidencyMode.Regional, "acme"), null, "/policies/0")], Facts = [new(facts[0], "/facts/0")] });

        Assert.Equal([FindingSeverity.Warn], findings.Where(finding => finding.Kind == FindingKinds.Impossible).Select(finding => finding.Severity));
    }

    [Fact]
    public void An_end_leaves_a_gap_that_a_broader_policy_or_none_decides()
    {
        var request = Request(new() { Country = "IN" }, ResidencyMode.SingleCountry, "acme") with { ValidTo = World.Now.AddDays(10) };
        var covered = Check(World.Snapshot(), Publish(request)).Single(finding => finding.Kind == FindingKinds.Gap);
        var open = Check(World.Snapshot(World.AllRegions, []), Publish(request with { TenantId = null })).Single(finding => finding.Kind == FindingKinds.Gap);

        Assert.Equal(("/policies/0/validTo", FindingSeverity.Warn), (covered.Place, covered.Severity));
        Assert.Contains("the platform's default policy decides", covered.Message, StringComparison.Ordinal);
        Assert.Contains("no policy decides", open.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_between_two_policies_of_one_level_is_told_and_its_closing_is_not()
    {
        var first = World.Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "IN" }, to: World.Now.AddDays(10));
        var next = Request(new() { Country = "IN" }, ResidencyMode.SingleCountry, "acme");

        Assert.Equal(["/policies/0/validFrom"], Places(Check(World.Snapshot(first), Publish(next with { ValidFrom = World.Now.AddDays(11) })), FindingKinds.Gap, FindingSeverity.Warn));
        Assert.Empty(Places(Check(World.Snapshot(first), Publish(next with { ValidFrom = World.Now.AddDays(10) })), FindingKinds.Gap, FindingSeverity.Warn));
    }

    [Fact]
    public void A_planned_version_that_a_later_one_overtakes_is_shadowed()
    {
        var first = World.Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "IN" });
        var planned = World.Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "US" }, first.Id, 2, World.Now.AddDays(5));
        var next = Request(new() { Country = "DE" }, ResidencyMode.SingleCountry, "acme");

        Assert.Equal(["/policies/0/validFrom"], Places(Check(World.Snapshot(first, planned), Publish(next with { ValidFrom = World.Now.AddDays(5) }, first.Id)), FindingKinds.Shadowed, FindingSeverity.Warn));
        Assert.Empty(Places(Check(World.Snapshot(first, planned), Publish(next with { ValidFrom = World.Now.AddDays(6) }, first.Id)), FindingKinds.Shadowed, FindingSeverity.Warn));
    }

    [Fact]
    public void A_policy_that_has_ended_is_shadowed()
    {
        var ended = Request(new() { Country = "DE" }, ResidencyMode.SingleCountry, "acme") with { ValidFrom = World.LongAgo, ValidTo = World.Now };

        Assert.Equal([FindingKinds.Shadowed], Check(World.Snapshot(), Publish(ended)).Select(finding => finding.Kind));
    }

    [Fact]
    public void A_listed_region_that_takes_no_data_or_that_law_bars_is_shadowed()
    {
        Region[] regions = [.. World.AllRegions.Where(region => region.Code != "eu-west-3"), World.Place("eu-west-3", "FR", "FR,US", RegionState.Draining)];
        var findings = Check(World.Snapshot(regions, [World.PlatformDefault]), new()
        {
            Policies = [new(Request(new() { PrimaryRegions = ["eu-central-1", "eu-west-3"], ReplicaRegions = ["eu-west-1", "ap-east-1"] }, ResidencyMode.Hybrid, "acme"), null, "/policies/0")],
            Facts = [new(Rule("platform-not-hk", "HK"), "/facts/0")],
        });

        Assert.Equal(["/policies/0/parameters/primaryRegions/1", "/policies/0/parameters/replicaRegions/1"], Places(findings, FindingKinds.Shadowed, FindingSeverity.Warn));
    }

    [Theory]
    [InlineData("GB", "eu-west-2")]
    [InlineData("IN", null)]
    public void A_single_region_has_nowhere_to_fail_over_to(string country, string? region)
    {
        var findings = Check(World.Snapshot(), Publish(Request(new() { Country = country }, ResidencyMode.SingleCountry, "acme")));

        Assert.Equal(region, findings.SingleOrDefault(finding => finding.Kind == FindingKinds.NoFailover)?.Regions.Single());
    }

    [Fact]
    public void Where_law_leaves_some_data_a_single_region_that_is_told_of_it()
    {
        var findings = Check(World.Snapshot(), Publish(Request(new() { Countries = ["DE", "CN", "US", "JP"] }, ResidencyMode.Regional, "acme")));
        Assert.DoesNotContain(findings, finding => finding.Kind == FindingKinds.NoFailover);

        var japan = new LegalFact { Id = "localisation-jp", Kind = LegalFactKinds.Localisation, Country = "JP", DataTypes = ["map"], Instrument = "Test Act", Effect = LegalEffect.EveryCopyInCountry };
        var finding = Check(World.Snapshot(), new()
        {
            Policies = [new(Request(new() { Countries = ["DE", "JP"] }, ResidencyMode.Regional, "acme"), null, "/policies/0")],
            Facts = [new(japan, "/facts/0")],
        }).Single(finding => finding is { Kind: FindingKinds.NoFailover, Place: "/policies/0/parameters" });

        Assert.Contains("ap-northeast-1 is the only region for a primary for data of type map from JP", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_policy_newly_permits_and_no_longer_permits_is_told_per_copy()
    {
        var first = World.Policy("acme", null, ResidencyMode.Hybrid, new() { PrimaryRegions = ["eu-central-1"], ReplicaRegions = ["eu-west-1"] });
        var findings = Check(World.Snapshot(first), Publish(Request(new() { PrimaryRegions = ["eu-central-1", "eu-west-1"], ReplicaRegions = ["eu-west-3"] }, ResidencyMode.Hybrid, "acme"), first.Id));

        Assert.Equal(
            [("eu-west-1", "Primary"), ("eu-west-3", "Replica,Backup")],
            findings.Where(finding => finding.Kind == FindingKinds.NewlyPermitted).Select(Cells).Distinct().Order());
        Assert.Equal([("eu-west-1", "Replica,Backup")], findings.Where(finding => finding.Kind == FindingKinds.Narrowed).Select(Cells).Distinct());
    }

    [Fact]
    public void A_policy_is_compared_with_the_broader_one_that_decided_before()
    {
        var findings = Check(World.Snapshot(), Publish(Request(new() { Countries = ["DE", "US"] }, ResidencyMode.Regional, "acme")));
        var permitted = findings.Where(finding => finding.Kind == FindingKinds.NewlyPermitted).ToArray();

        Assert.Equal(["us-east-1", "us-gov-west-1", "us-west-2"], permitted.SelectMany(finding => finding.Regions).Distinct().Order());
        Assert.All(permitted, finding => Assert.Contains("where the platform's default policy did not", finding.Message, StringComparison.Ordinal));
        Assert.Contains(permitted, finding => finding.Message.Contains("for data from any but IN, RU, EEA, where", StringComparison.Ordinal));
        Assert.Contains("eu-west-1", findings.First(finding => finding.Kind == FindingKinds.Narrowed).Regions);
    }

    [Fact]
    public void A_mechanism_newly_permits_what_the_law_asks_it_for()
    {
        var first = World.Policy("acme", null, ResidencyMode.Regional, new() { Countries = ["DE", "US"] });
        var next = Request(new() { Countries = ["DE", "US"] }, ResidencyMode.Regional, "acme") with
        {
            Mechanisms = [new() { Kind = TransferMechanismKind.Scc, Reference = "C-17", Countries = ["US"] }],
        };
        var finding = Assert.Single(Check(World.Snapshot(first), Publish(next, first.Id)), finding => finding.Kind == FindingKinds.NewlyPermitted);

        Assert.Contains("for data from EEA", finding.Message, StringComparison.Ordinal);
        Assert.Equal(["us-east-1", "us-gov-west-1", "us-west-2"], finding.Regions);
    }

    [Fact]
    public void A_mechanism_that_carries_nothing_or_ends_before_the_policy_is_told()
    {
        MechanismRequest Mechanism(TransferMechanismKind kind, string country, int? days) =>
            new() { Kind = kind, Reference = "M-1", Countries = ["US", country], ValidUntil = days is { } end ? World.Now.AddDays(end) : null };

        var request = Request(new() { Countries = ["DE", "US", "JP"] }, ResidencyMode.Regional, "acme") with
        {
            ValidFrom = World.LongAgo,
            Mechanisms =
            [
                Mechanism(TransferMechanismKind.Scc, "SG", -1),
                Mechanism(TransferMechanismKind.Bcr, "SG", 5),
                Mechanism(TransferMechanismKind.Certification, "SG", null),
            ],
        };
        var findings = Check(World.Snapshot(), Publish(request));

        Assert.Equal(["/policies/0/mechanisms/0/validUntil", "/policies/0/mechanisms/2/countries/1"], Places(findings, FindingKinds.Shadowed, FindingSeverity.Warn));
        Assert.Equal(["/policies/0/mechanisms/1/validUntil"], Places(findings, FindingKinds.Gap, FindingSeverity.Warn));
        Assert.DoesNotContain(
            Check(World.Snapshot(), Publish(request with { Mechanisms = [request.Mechanisms[1]], ValidTo = World.Now.AddDays(5) })),
            finding => finding.Place.Contains("mechanisms", StringComparison.Ordinal));
    }

    [Fact]
    public void What_begins_later_is_compared_with_what_holds_then()
    {
        var start = World.Now.AddDays(30);
        var findings = Check(World.Snapshot(), Publish(Request(new() { Country = "US" }, ResidencyMode.SingleCountry, "acme") with { ValidFrom = start }));

        Assert.All(
            findings.Where(finding => finding.Kind is FindingKinds.NewlyPermitted or FindingKinds.Narrowed),
            finding => Assert.StartsWith("From 2026-12-23T06:00:00Z on it ", finding.Message, StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Kind == FindingKinds.NewlyPermitted);
    }

    [Fact]
    public void The_end_of_a_law_permits_newly_from_its_day_on()
    {
        var ended = SeedData.LegalFacts.Single(fact => fact.Id == "localisation-ru") with { ValidUntil = new(2026, 12, 31) };
        var finding = Assert.Single(Check(World.Snapshot(), Record(ended)), finding => finding.Kind == FindingKinds.NewlyPermitted);

        Assert.StartsWith("From 2027-01-01T00:00:00Z on, no law forbids a primary for data from RU in every region", finding.Message, StringComparison.Ordinal);
        Assert.Equal("/facts/0", finding.Place);
    }

    [Fact]
    public void The_end_of_an_adequacy_narrows()
    {
        var annulled = SeedData.LegalFacts.Single(fact => fact.Id == "adequacy-eea-gb") with { ValidUntil = new(2026, 11, 30) };
        var finding = Assert.Single(Check(World.Snapshot(), Record(annulled)));

        Assert.Equal((FindingKinds.Narrowed, "/facts/0"), (finding.Kind, finding.Place));
        Assert.Equal("From 2026-12-01T00:00:00Z on, law asks for adequacy or a mechanism that the policy declares for every copy for data from EEA in eu-west-2.", finding.Message);
    }

    [Fact]
    public void A_fact_that_did_not_change_is_not_compared()
    {
        Assert.Empty(Check(World.Snapshot(), Record(SeedData.LegalFacts.Single(fact => fact.Id == "transfer-eea"))));
    }

    [Fact]
    public void A_group_that_a_policy_needs_cannot_be_renamed()
    {
        var renamed = SeedData.LegalFacts.Single(fact => fact.Id == "group-eea") with { Group = "EWR" };

        Assert.Contains(Check(World.Snapshot(), Record(renamed)), finding => finding is { Severity: FindingSeverity.Refuse, Kind: FindingKinds.Impossible, Place: "/facts/0/group" });
    }

    [Fact]
    public void A_fact_or_a_level_given_twice_is_refused()
    {
        var fact = SeedData.LegalFacts[0];
        var rule = SeedData.ClassificationRules[0];
        var findings = Check(World.Snapshot(), new()
        {
            Facts = [new(fact, "/facts/0"), new(fact, "/facts/1")],
            Rules = [new(rule, "/rules/0"), new(rule, "/rules/1")],
        });

        Assert.Equal(["/facts/1/id", "/rules/1/level"], Places(findings, FindingKinds.Fault, FindingSeverity.Refuse));
    }

    [Fact]
    public void The_shipped_facts_and_rules_have_no_faults()
    {
        var findings = Check(World.Snapshot(World.AllRegions, [], facts: []), new()
        {
            Facts = [.. SeedData.LegalFacts.Select((fact, i) => new FactCandidate(fact, $"/facts/{i}"))],
            Rules = [.. SeedData.ClassificationRules.Select((rule, i) => new RuleCandidate(rule, $"/rules/{i}"))],
        });

        Assert.DoesNotContain(findings, finding => finding.Severity is FindingSeverity.Refuse);
    }

    private static (string, string) Cells(PublishingFinding finding) => (string.Join(',', finding.Regions), string.Join(',', finding.Copies));

    private static IEnumerable<string> Places(IEnumerable<PublishingFinding> findings, string kind, FindingSeverity severity) =>
        findings.Where(finding => finding.Kind == kind && finding.Severity == severity).Select(finding => finding.Place);

    private static IReadOnlyList<PublishingFinding> Check(PolicySnapshot before, Publication publication) => PublishingChecks.Check(before, publication, World.Now);

    private static Publication Publish(PolicyRequest request, Guid? id = null) => new() { Policies = [new(request, id, "/policies/0")] };

    private static Publication Record(LegalFact fact) => new() { Facts = [new(fact, "/facts/0")] };

    private static PolicySnapshot With(PublishedPolicy policy) =>
        new(7, World.Now, [new(World.PlatformDefault), policy], World.AllRegions, SeedData.LegalFacts, SeedData.ClassificationRules);

    private static LegalFact Rule(string id, string destination) =>
        new() { Id = id, Kind = LegalFactKinds.PlatformRule, Instrument = "Platform rule", Destinations = [destination], Effect = LegalEffect.NotInDestinations };

    private static LegalFact Group(string code, params GroupMember[] members) =>
        new() { Id = $"group-{code.ToLowerInvariant()}", Kind = LegalFactKinds.CountryGroup, Instrument = "Test", Group = code, Members = members };

    private static PolicyRequest Request(ParametersRequest parameters, ResidencyMode mode, string? tenant = null) => new()
    {
        TenantId = tenant,
        Mode = mode,
        Parameters = parameters,
        ValidFrom = World.Now,
    };
}
