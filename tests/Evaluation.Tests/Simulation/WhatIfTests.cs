using CsCheck;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Simulation;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests.Simulation;

public sealed class WhatIfTests
{
    [Fact]
    public void What_a_change_hits_is_summed_over_its_cells_and_the_largest_come_first()
    {
        CorpusCell[] cells =
        [
            Cell(1, 10, Placement("eu-west-1")),
            Cell(2, 30, Placement("eu-west-1", type: "order")),
            Cell(3, 500, Placement("eu-central-1")),
            Cell(4, 7, Placement("us-east-1")),
        ];

        var difference = WhatIf.Compare(Snapshot(), Snapshot(Without("eu-west-1"), [PlatformDefault]), cells);

        Assert.Equal(new(547, 40, 0, 0), difference.Totals);
        Assert.Equal([2, 1], difference.Changed.Select(changed => changed.Cell.Id));
        Assert.All(difference.Changed, changed => Assert.Equal((ReasonCodes.Compliant, ReasonCodes.RegionNotActive), (changed.Before().Code, changed.After().Code)));
    }

    [Fact]
    public void The_last_region_to_fail_over_to_counts_and_one_of_many_does_not()
    {
        var german = Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "DE" });
        CorpusCell[] cells = [Cell(1, 4, Placement("eu-central-1")), Cell(2, 9, Placement("eu-central-1", tenant: "globex"))];

        var difference = WhatIf.Compare(Snapshot(german), Snapshot(Without("eusc-de-east-1"), [PlatformDefault, german]), cells);

        Assert.Equal(new(13, 0, 0, 4), difference.Totals);
        var changed = Assert.Single(difference.Changed);
        Assert.Equal(["eusc-de-east-1"], changed.Before().FailoverTargets);
        Assert.Empty(changed.After().FailoverTargets);
    }

    [Fact]
    public void A_primary_does_not_fail_over_to_a_hybrid_replica()
    {
        var hybrid = Policy("acme", null, ResidencyMode.Hybrid, new() { PrimaryRegions = ["eu-central-1", "eu-west-3"], ReplicaRegions = ["eu-west-1"] });

        Assert.Equal(["eu-west-3"], CellOutcome.Of(Snapshot(hybrid), Placement("eu-central-1", ["eu-west-1"])).FailoverTargets);
    }

    [Fact]
    public void The_way_back_is_the_way_there_with_the_sides_changed() =>
        GenWorlds.Sample(worlds =>
        {
            var there = WhatIf.Compare(worlds.One, worlds.Other, worlds.Cells);
            var back = WhatIf.Compare(worlds.Other, worlds.One, worlds.Cells);
            return there.Totals.BecomeNonCompliant == back.Totals.BecomeCompliant
                && there.Totals.BecomeCompliant == back.Totals.BecomeNonCompliant
                && there.Changed.Select(changed => changed.Cell.Id).SequenceEqual(back.Changed.Select(changed => changed.Cell.Id));
        });

    [Fact]
    public void Cells_are_judged_as_each_placement_in_them_would_be() =>
        GenWorlds.Sample(worlds =>
        {
            static bool Admits(PolicySnapshot snapshot, Placement placement) =>
                Evaluator.Decide(snapshot, placement with { DataId = "one-of-them" }).Outcome is DecisionOutcome.Allow or DecisionOutcome.AllowWithObligations;
            var totals = WhatIf.Compare(worlds.One, worlds.Other, worlds.Cells).Totals;
            return totals.BecomeNonCompliant == worlds.Cells.Where(cell => Admits(worlds.One, cell.Placement) && !Admits(worlds.Other, cell.Placement)).Sum(cell => cell.Placements)
                && totals.Placements == worlds.Cells.Sum(cell => cell.Placements);
        });

    [Fact]
    public void Nothing_changes_nothing() =>
        GenWorlds.Sample(worlds => WhatIf.Compare(worlds.One, worlds.One, worlds.Cells).Changed.Count == 0);

    [Fact]
    public void What_ends_within_the_time_is_told_with_its_moment_and_what_ends_later_is_not()
    {
        var ends = Now.AddDays(20);
        var french = Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "FR" }, from: ends);
        CorpusCell[] cells = [Cell(1, 12, Placement("eu-west-1")), Cell(2, 5, Placement("eu-west-3"))];

        var (changes, stoppedAt) = Upcoming.Find(Snapshot(french), Now.AddDays(30), cells, most: 10);

        var change = Assert.Single(changes);
        Assert.Equal((ends, 12), (change.At, change.Difference.Totals.BecomeNonCompliant));
        Assert.Null(stoppedAt);
        Assert.Empty(Upcoming.Find(Snapshot(french), ends.AddTicks(-1), cells, most: 10).Changes);
        Assert.Equal(ends, Upcoming.Find(Snapshot(french), Now.AddDays(30), cells, most: 0).StoppedAt);
    }

    [Fact]
    public void Each_step_ahead_is_compared_with_the_one_before()
    {
        var french = Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "FR" }, from: Now.AddDays(5), to: Now.AddDays(9));
        CorpusCell[] cells = [Cell(1, 12, Placement("eu-west-1"))];

        var (changes, _) = Upcoming.Find(Snapshot(french), Now.AddDays(30), cells, most: 10);

        Assert.Equal([(12, 0), (0, 12)], changes.Select(change => (change.Difference.Totals.BecomeNonCompliant, change.Difference.Totals.BecomeCompliant)));
    }

    private static readonly Gen<(PolicySnapshot One, PolicySnapshot Other, CorpusCell[] Cells)> GenWorlds =
        from one in GenSnapshot()
        from other in GenSnapshot()
        from cells in GenPlacement.Array[1, 20]
        from counts in Gen.Long[1, 1000].Array[20]
        select (one, other, cells.Select((placement, i) => Cell(i, counts[i], placement)).ToArray());

    private static Gen<Placement> GenPlacement =>
        from tenant in AnyOf("acme", "globex")
        from type in AnyOf("payment", "profile")
        from level in AnyOf("identity", "content")
        from origin in AnyOf<string?>("DE", "IN", null)
        from primary in GenCode
        from replicas in GenCode.Array[0, 2]
        select Placement(primary, [.. replicas.Distinct().Order(StringComparer.Ordinal)], type: type, level: level, origin: origin, tenant: tenant, dataId: "");

    private static Gen<string> GenCode => AnyOf(AllRegions.Select(region => region.Code).ToArray());

    private static Gen<PolicySnapshot> GenSnapshot() =>
        from lost in GenCode.Array[0, 3]
        from country in AnyOf("DE", "FR", "IN", "US")
        from tenant in AnyOf<string?>("acme", "globex", null)
        from removed in AnyOf("adequacy-eea-gb", "transfer-eea", "localisation-in-payment")
        select Snapshot(
            Without(lost),
            [PlatformDefault, Policy(tenant, "profile", ResidencyMode.Regional, new() { Countries = [country, "GB"] })],
            SeedData.LegalFacts.Where(fact => fact.Id != removed));

    private static Gen<T> AnyOf<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    private static IEnumerable<Region> Without(params string[] codes) =>
        AllRegions.Select(region => codes.Contains(region.Code) ? region with { State = RegionState.Isolated } : region);

    private static CorpusCell Cell(long id, long placements, Placement placement) => new(id, placement with { DataId = "" }, placements);
}
