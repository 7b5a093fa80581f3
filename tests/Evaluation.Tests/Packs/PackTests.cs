using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Packs;
using Sovereignty.Evaluation.Publishing;
using Sovereignty.Evaluation.Tests.Table;

namespace Sovereignty.Evaluation.Tests.Packs;

public sealed class PackTests
{
    private static readonly string Folder = Path.Combine(Repository.Folder, "packs");

    public static TheoryData<string> Packs => [.. Names];

    private static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Where(name => !name.EndsWith(".tests", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public static TheoryData<string, string> Cases
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var pack in Names)
            {
                foreach (var test in Tests(pack).Cases)
                {
                    rows.Add(pack, test.Name);
                }
            }

            return rows;
        }
    }

    [Fact]
    public void There_are_the_packs_that_are_promised() =>
        Assert.Equal(["california", "china", "gdpr", "india-payments", "russia", "us-bulk"], Names);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_golden_case_comes_out_as_its_source_says(string pack, string name)
    {
        var tests = Tests(pack);
        var result = GoldenCases.Run(File(pack), tests with { Cases = [tests.Cases.Single(test => test.Name == name)] }, World.Now).Single();

        Assert.True(
            result.Passed,
            $"{result.Name} ({result.Cites})\n{string.Join('\n', result.Differences)}\n{string.Join('\n', result.Reasoning)}");
    }

    [Theory]
    [MemberData(nameof(Packs))]
    public void The_table_equals_the_interpreter_on_every_input(string pack) =>
        TableEquality.Hold(GoldenCases.World(File(pack), World.Now));

    [Theory]
    [MemberData(nameof(Packs))]
    public void A_pack_says_what_it_rests_on_and_that_it_is_no_legal_advice(string pack)
    {
        var file = File(pack);

        Assert.Equal(pack, file.Name);
        Assert.NotEmpty(file.Sources);
        Assert.StartsWith("Not legal advice", file.NotLegalAdvice, StringComparison.Ordinal);
        Assert.All(Tests(pack).Cases, test => Assert.NotEqual("", test.Cites));
    }

    [Theory]
    [MemberData(nameof(Packs))]
    public void A_pack_may_be_published(string pack)
    {
        var file = File(pack);
        var before = World.Snapshot(RegionCatalogue.Regions, []);
        var publication = Publication.Of(
            [.. file.Policies.Select((policy, i) => (policy, $"/policies/{i}"))], file.Facts.Select((fact, i) => (fact, $"/facts/{i}")), file.Rules.Select((rule, i) => (rule, $"/rules/{i}")), before);
        var findings = PublishingChecks.Check(before, publication, World.Now);

        Assert.DoesNotContain(findings, finding => finding.Severity is FindingSeverity.Refuse);
        Assert.Empty(GoldenCases.Check(file, Tests(pack), World.Now));
    }

    [Theory]
    [MemberData(nameof(Packs))]
    public void A_pack_and_the_shipped_facts_say_the_same(string pack)
    {
        var shipped = SeedData.LegalFacts.ToDictionary(fact => fact.Id);

        Assert.All(File(pack).Facts.Where(fact => shipped.ContainsKey(fact.Id)), fact => Assert.True(PublishingChecks.Same(shipped[fact.Id], fact), fact.Id));
    }

    // Where a law is only recorded, its pack must not enforce anything.
    [Fact]
    public void California_enforces_nothing()
    {
        Assert.All(File("california").Facts, fact => Assert.Equal((LegalFactKinds.NoLocationRule, LegalEffect.None), (fact.Kind, fact.Effect)));
        Assert.Empty(File("california").Policies);
    }

    [Fact]
    public void A_case_that_comes_out_otherwise_says_how()
    {
        var test = Tests("gdpr").Cases[0];
        var wrong = test with
        {
            Expect = test.Expect with { Code = "mechanism-missing", Policy = new() { TenantId = "acme" }, Citations = [], FailoverRegions = [], NearestCompliantRegions = ["eu-west-1"], AllowedReplicaRegions = [], Says = "Bavaria" },
        };
        var result = GoldenCases.Run(File("gdpr"), new() { Cases = [wrong] }, World.Now).Single();

        Assert.False(result.Passed);
        Assert.Equal(["code", "policy", "citations", "nearestCompliantRegions", "allowedReplicaRegions", "failoverRegions", "says"], result.Differences.Select(difference => difference.Member));
        Assert.Equal(new Difference("code", "mechanism-missing", "compliant"), result.Differences[0]);
        Assert.Contains(result.Reasoning, line => line.Contains("transfer-eea (GDPR Art. 44, 46, 47, 49) concerns it", StringComparison.Ordinal));
    }

    [Fact]
    public void Cases_that_are_wrong_in_themselves_are_told()
    {
        var test = Tests("gdpr").Cases[0];
        var unknown = new Surroundings
        {
            Policies = [new() { Mode = ResidencyMode.Regional, Parameters = new() { Group = "ATLANTIS" }, ValidFrom = World.Now }],
            Facts = [new() { Id = "a", Kind = LegalFactKinds.Localisation, Instrument = "Test Act" }],
        };

        Assert.Equal(
            ["/cases/1/name", "/with/policies/0/parameters/group", "/with/facts/0/country", "/cases/1/with/policies/0/parameters/group", "/cases/1/with/facts/0/country"],
            GoldenCases.Check(File("gdpr"), new() { With = unknown, Cases = [test, test with { With = unknown }] }, World.Now).Select(fault => fault.Place));
        Assert.Equal(["/cases"], GoldenCases.Check(File("gdpr"), new() { Cases = [] }, World.Now).Select(fault => fault.Place));
    }

    [Fact]
    public void A_case_is_judged_at_its_own_moment_else_the_file_s_else_now()
    {
        var test = Tests("gdpr").Cases.Single(test => test.Name.StartsWith("On the last day", StringComparison.Ordinal));
        var (last, after) = (test.At!.Value, test.At.Value.AddSeconds(1));
        bool Passes(DateTimeOffset? own, DateTimeOffset? file, DateTimeOffset now) =>
            GoldenCases.Run(File("gdpr"), new() { At = file, Cases = [test with { At = own }] }, now).Single().Passed;

        Assert.Equal([true, false, true, false, true, false], [Passes(last, after, after), Passes(after, last, last), Passes(null, last, after), Passes(null, after, last), Passes(null, null, last), Passes(null, null, after)]);
    }

    [Fact]
    public void The_catalogue_has_every_partition_and_no_alias()
    {
        Assert.Equal(["aws", "aws-cn", "aws-eusc", "aws-us-gov"], RegionCatalogue.Regions.Select(region => region.Partition).Distinct().Order());
        Assert.DoesNotContain(RegionCatalogue.Regions, region => PseudoRegions.Contains(region.Code));
        Assert.All(RegionCatalogue.Regions, region => Assert.Equal(RegionState.Active, region.State));
    }

    private static PolicyFile File(string pack) => Read<PolicyFile>($"{pack}.json");

    private static PolicyTests Tests(string pack) => Read<PolicyTests>($"{pack}.tests.json");

    private static T Read<T>(string name)
        where T : class
    {
        var read = StrictJson<T>.Read(System.IO.File.ReadAllBytes(Path.Combine(Folder, name)));
        Assert.True(read.Value is not null, string.Join('\n', read.Faults));
        return read.Value;
    }
}
