using Sovereignty.Contracts.Regions;
using Sovereignty.RegionService.Registry;

namespace Sovereignty.RegionService.Tests;

public sealed class RegionRowTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);

    private static readonly RegisterRegion Asked = new()
    {
        Code = "muc-1",
        Provider = "example-cloud",
        Partition = "main",
        Country = "DE",
        Operator = "Example Cloud GmbH",
        OperatorJurisdictions = ["DE"],
        Endpoints = [new("https://muc-1.example.org/health")],
    };

    private static readonly ChangeRegion Same = new()
    {
        Operator = Asked.Operator,
        OperatorJurisdictions = Asked.OperatorJurisdictions,
        Endpoints = Asked.Endpoints,
    };

    [Fact]
    public void A_new_region_is_proposed_at_version_1()
    {
        var region = RegionRow.Register(Asked, Start).ToContract();

        Assert.Equal((RegionState.Proposed, 1), (region.State, region.Version));
        Assert.Equal(("muc-1", "example-cloud", "main", "DE"), (region.Code, region.Provider, region.Partition, region.Country));
        Assert.Equal(Asked.Endpoints, region.Endpoints);
    }

    [Fact]
    public void The_same_description_again_changes_nothing()
    {
        var row = RegionRow.Register(Asked, Start);

        Assert.False(row.Describe(Same, Start.AddHours(1)));
        Assert.Equal((1, Start), (row.Version, row.ChangedAt));
    }

    [Fact]
    public void Another_description_is_the_next_version()
    {
        var row = RegionRow.Register(Asked, Start);

        Assert.True(row.Describe(Same with { Place = "Munich" }, Start.AddHours(1)));
        Assert.Equal(("Munich", 2, Start.AddHours(1)), (row.Place, row.Version, row.ChangedAt));
    }

    [Fact]
    public void A_retired_region_registered_again_goes_on_counting()
    {
        var row = RegionRow.Register(Asked, Start);
        row.MoveTo(RegionState.Retired, Start.AddHours(1));
        row.RegisterAgain(Asked with { Country = "AT", OperatorJurisdictions = ["AT"] }, Start.AddHours(2));

        Assert.Equal((RegionState.Proposed, 3, "AT"), (row.State, row.Version, row.Country));
    }
}
