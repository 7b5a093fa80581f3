using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Simulation;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests.Simulation;

public sealed class DriftTests
{
    private static readonly CorpusCell Irish = Cell(1, Placement("eu-west-1", ["eu-west-2"], origin: "DE"));
    private static readonly ResidencyPolicy German = Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "DE" });

    [Fact]
    public void What_would_be_rejected_opens_and_what_would_be_admitted_does_not()
    {
        var found = Find(Snapshot(German), [Irish, Cell(2, Placement("eu-central-1"))]);

        var opened = Assert.Single(found.Opened);
        var violation = opened.Violation;
        Assert.Equal((1, "acme", ReasonCodes.PrimaryOutsideResidency), (opened.CellId, violation.TenantId, violation.Code));
        Assert.Equal(("profile", ClassificationLevel.Identity, "DE", "eu-west-1"), (violation.DataType, violation.Classification, violation.OriginCountry, violation.PrimaryRegion));
        Assert.Equal(["eu-west-2"], violation.ReplicaRegions);
        Assert.Equal((Now, 7), (violation.Since, violation.Epoch));
        Assert.Empty(found.Changed);
        Assert.Empty(found.Resolved);
    }

    [Fact]
    public void What_is_known_stays_as_it_is_while_nothing_changes()
    {
        var opened = Find(Snapshot(German), [Irish]).Opened;

        var again = Find(Snapshot(German), [Irish], opened);

        Assert.Empty(again.Opened);
        Assert.Empty(again.Changed);
        Assert.Empty(again.Resolved);
    }

    [Fact]
    public void It_is_over_when_the_data_would_be_admitted_or_none_is_left()
    {
        CorpusCell[] cells = [Irish, Cell(2, Placement("eu-west-3"))];
        var opened = Find(Snapshot(German), cells).Opened;

        var found = Find(Snapshot(Policy("acme", null, ResidencyMode.Regional, new() { Countries = ["IE", "GB"] })), [Irish], opened);

        Assert.Equal([(1L, ViolationResolution.Permitted), (2L, ViolationResolution.NothingLeft)], found.Resolved.Select(resolved => (resolved.Violation.CellId, resolved.Resolution)));
    }

    [Fact]
    public void Another_reason_is_told_and_other_ways_out_are_not()
    {
        var opened = Find(Snapshot(German), [Irish]).Opened;
        var german = AllRegions.Select(region => region.Code is "eusc-de-east-1" ? region with { State = RegionState.Suspended } : region);
        var irish = AllRegions.Select(region => region.Code is "eu-west-1" ? region with { State = RegionState.Suspended } : region);

        var ways = Assert.Single(Find(Snapshot(german, [PlatformDefault, German]), [Irish], opened).Changed);
        var reason = Assert.Single(Find(Snapshot(irish, [PlatformDefault, German]), [Irish], opened).Changed);

        Assert.False(ways.OtherReason);
        Assert.DoesNotContain(ways.Violation.Violation.Remediations, way => way.Targets.Contains("eusc-de-east-1"));
        Assert.True(reason.OtherReason);
        Assert.Equal((opened[0].Violation.Id, opened[0].Violation.Since, ReasonCodes.RegionNotActive), (reason.Violation.Violation.Id, reason.Violation.Violation.Since, reason.Violation.Violation.Code));
    }

    [Fact]
    public void A_missing_mechanism_can_be_obtained_the_copy_deleted_or_moved_to_where_it_may_be_nearest_first()
    {
        var policy = Policy("acme", null, ResidencyMode.Regional, new() { Countries = ["DE", "IN", "IE", "FR", "SE", "GB", "CA", "CH"] });

        var ways = Remediations.Of(Snapshot(policy), Placement("eu-central-1", ["ap-south-1", "eu-west-1"], origin: "DE"));

        Assert.Equal([RemediationKind.ObtainMechanism, RemediationKind.DeleteCopy, RemediationKind.Move, RemediationKind.Accept], ways.Select(way => way.Kind));
        Assert.Equal(["ap-south-1", "ap-south-1", "ap-south-1", null], ways.Select(way => way.Region));
        Assert.Equal(Remediations.MaxTargets, ways[2].Targets.Count);
        Assert.DoesNotContain("eu-west-1", ways[2].Targets);
        Assert.DoesNotContain("ap-south-2", ways[2].Targets);
        Assert.All(ways[2].Targets, target => Assert.Equal(ReasonCodes.Compliant, Evaluator.Decide(Snapshot(policy), Placement("eu-central-1", ["eu-west-1", target], origin: "DE")).Code));
    }

    [Fact]
    public void A_primary_is_moved_and_never_deleted()
    {
        var ways = Remediations.Of(Snapshot(German), Placement("eu-west-1"));

        Assert.Equal([RemediationKind.Move, RemediationKind.Accept], ways.Select(way => way.Kind));
        Assert.Equal(["eu-central-1", "eusc-de-east-1"], ways[0].Targets);
    }

    [Fact]
    public void Where_nothing_is_permitted_there_is_nowhere_to_move_to()
    {
        var brazilian = Policy("acme", null, ResidencyMode.FullySovereign, new() { Country = "BR" });

        Assert.Equal([RemediationKind.Accept], Remediations.Of(Snapshot(brazilian), Placement("sa-east-1")).Select(way => way.Kind));
    }

    private static DriftFound Find(PolicySnapshot snapshot, IReadOnlyList<CorpusCell> cells, IReadOnlyList<UnresolvedViolation>? unresolved = null)
    {
        var number = 0;
        return Drift.Find(snapshot, cells, unresolved ?? [], () => new Guid(++number, 0, 0, new byte[8]));
    }

    private static CorpusCell Cell(long id, Placement placement) => new(id, placement with { DataId = "" }, 0);
}
