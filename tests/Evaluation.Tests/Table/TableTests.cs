using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Table;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests.Table;

public sealed class TableTests
{
    private static readonly PolicySnapshot AllModes = new(
        7,
        Now,
        new ResidencyPolicy[]
        {
            PlatformDefault,
            Policy(null, "payment", ResidencyMode.Regional, new() { Countries = ["IN", "DE", "US"] }),
            Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "DE" }),
            Policy("acme", "profile", ResidencyMode.Hybrid, new() { PrimaryRegions = ["eu-central-1"], ReplicaRegions = ["eu-central-1", "us-east-1", "ap-east-1"] })
                with { Mechanisms = [new() { Kind = TransferMechanismKind.Scc, Reference = "SCC-1", Countries = ["HK"] }, new() { Kind = TransferMechanismKind.Certification, Reference = "DPF-1", Countries = ["US"] }] },
            Policy("globex", null, ResidencyMode.FullySovereign, new() { Country = "DE" }),
            Policy("initech", "note", ResidencyMode.ClientOwned, new()
            {
                Regions = [new() { Code = "us-east-1", Use = ClientRegionUse.Primary }, new() { Code = "ap-south-1", Use = ClientRegionUse.Copy }, new() { Code = "eu-west-1", Use = ClientRegionUse.Both }],
            }),
        }.Select(policy => new PublishedPolicy(policy)),
        [.. AllRegions, Place("ru-central-1", "RU", "RU"), .. Enum.GetValues<RegionState>().Select(state => Place($"eu-{state}", "DE", "DE,US", state))],
        SeedData.LegalFacts,
        SeedData.ClassificationRules.Skip(1),
        [new() { TenantId = "acme", Level = ClassificationLevel.Content, Retention = new() { Least = "P1Y" } }, new() { TenantId = "hooli", Level = ClassificationLevel.Content, Retention = new() { Least = "P2Y", Most = "P1Y" } }]);

    [Theory]
    [InlineData("acme")]
    [InlineData("globex")]
    [InlineData("initech")]
    [InlineData("hooli")]
    [InlineData("nobody")]
    public void The_table_equals_the_interpreter_on_every_input(string tenant) =>
        TableEquality.Hold(AllModes, [tenant], ["payment", "profile", "note", "photo"]);

    // Which of two refusals is the reason depends on strength, kind of copy and the order of codes, registered or not.
    [Theory]
    [InlineData("acme", "profile", "identity", "DE")]
    [InlineData("acme", "payment", "transactional", "IN")]
    [InlineData("globex", "photo", "secret", "RU")]
    [InlineData("initech", "note", "content", null)]
    [InlineData("hooli", "note", "content", "FR")]
    public void The_reason_is_the_interpreters_for_any_two_copies(string tenant, string type, string level, string? origin)
    {
        string[] regions = ["ap-east-1", "ap-south-1", "cn-north-1", "eu-central-1", "eu-Isolated", "eu-west-1", "us-east-1", "ru-central-1", "a-1", "eu-west-0", "eu-west-9", "zz", "aws-global", "zz-global", "GLOBAL"];
        var placements =
            from one in regions
            from other in regions
            from placement in new[]
            {
                Placement(one, [other], [], type, level, origin, tenant),
                Placement(one, [], [other], type, level, origin, tenant),
                Placement("eu-central-1", [one, other], [], type, level, origin, tenant),
                Placement("eu-central-1", [one], [other], type, level, origin, tenant),
            }
            select placement;
        foreach (var placement in placements)
        {
            var expected = Evaluator.Interpret(AllModes, placement);
            var actual = AllModes.Table.Decide(placement);
            Assert.Equal((expected.Outcome, expected.Code, expected.PolicyId), (actual.Outcome, actual.Code, actual.Policy?.Id));
            Assert.Equal(actual, AllModes.Table.Decide(AllModes.Table.KeyOf(placement)));
            Assert.Equal(actual, AllModes.Table.Decide(placement with { ReplicaRegions = placement.ReplicaRegions.ToList() }));
        }
    }

    [Fact]
    public void A_demanded_epoch_that_is_not_reached_decides_nothing()
    {
        Assert.Equal(
            new TableDecision(DecisionOutcome.Indeterminate, ReasonCodes.EpochNotReached, null),
            AllModes.Table.Decide(Placement("cn-north-1", minimumEpoch: 8)));
        Assert.NotEqual(ReasonCodes.EpochNotReached, AllModes.Table.Decide(Placement("cn-north-1", minimumEpoch: 7)).Code);
    }

    [Fact]
    public void A_decision_allocates_nothing()
    {
        var table = AllModes.Table;
        Placement[] placements =
        [
            Placement("eu-central-1", ["us-east-1"], ["eu-central-1"], origin: "DE", minimumEpoch: 7),
            Placement("eu-west-9", ["aws-global"], ["us-east-1"], "payment", null, "IN", "nobody"),
            Placement("eu-west-1", ["ap-south-1"], [], "note", "content", null, "initech"),
            Placement("eu-west-1", minimumEpoch: 8),
        ];
        PlacementKey[] keys = [.. placements.Select(table.KeyOf)];
        DecideAll();

        var before = GC.GetAllocatedBytesForCurrentThread();
        DecideAll();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void DecideAll()
        {
            for (var i = 0; i < placements.Length; i++)
            {
                table.Decide(placements[i]);
                table.Decide(keys[i]);
            }
        }
    }

    [Fact]
    public void Policies_that_say_the_same_share_their_row()
    {
        PolicySnapshot Of(int tenants) => Snapshot([.. Enumerable.Range(0, tenants).Select(i => Policy($"t-{i}", $"d-{i}", ResidencyMode.SingleCountry, new() { Country = i % 2 == 0 ? "DE" : "US" }))]);

        var more = Of(200).Table.Size - Of(100).Table.Size;

        Assert.InRange(more, 1, 100 * 64);
    }

    [Fact]
    public void A_snapshot_compiles_one_table_and_decides_alike_before_and_after()
    {
        var snapshot = Snapshot();
        var placement = Placement("us-east-1", ["eu-west-1"], origin: "DE");
        var before = Evaluator.Decide(snapshot, placement).Message;
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(before, Evaluator.Decide(snapshot, placement).Message);
        }

        Assert.IsNotType<Interpreter>(snapshot.Find(placement.Cell));
        Assert.Same(snapshot.Table, snapshot.Table);
    }

    [Fact]
    public void Who_asks_at_the_same_time_gets_the_same_table()
    {
        var snapshot = Snapshot();
        var tables = new DecisionTable[8];

        Parallel.For(0, tables.Length, i => tables[i] = snapshot.Table);

        Assert.Single(tables.Distinct());
    }

    [Fact]
    public void A_snapshot_that_is_asked_little_compiles_no_table()
    {
        Assert.IsType<Interpreter>(Snapshot().Find(Placement("us-east-1").Cell));
    }
}
