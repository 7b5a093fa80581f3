using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Evaluation.Tests.Publishing;

public sealed class PolicyMatchingTests
{
    [Fact]
    public void A_policy_stands_for_the_one_of_its_tenant_and_type()
    {
        var (all, payment) = (Policy(null), Policy("payment"));
        var matches = PolicyMatching.Match([Request("payment"), Request("profile"), Request(null)], World.Snapshot(all, payment));

        Assert.Equal([payment.Id, null, all.Id], matches.Select(match => match?.Id));
    }

    [Fact]
    public void The_latest_version_is_meant()
    {
        var first = Policy(null);

        Assert.Equal(2, PolicyMatching.Match([Request(null)], World.Snapshot(first, first with { Version = 2, ValidFrom = World.Now.AddDays(1) }))[0]?.Version);
    }

    [Fact]
    public void A_retired_policy_is_not_meant()
    {
        PolicySnapshot world = new(1, World.Now, [new(Policy(null), World.Now)], World.AllRegions, [], []);

        Assert.Null(PolicyMatching.Match([Request(null)], world)[0]);
    }

    [Fact]
    public void Of_several_of_one_level_each_stands_for_that_of_its_time()
    {
        var early = Policy(null, to: World.Now);
        var late = Policy(null, from: World.Now);
        var matches = PolicyMatching.Match(
            [Request(null) with { ValidFrom = World.Now }, Request(null) with { ValidFrom = World.LongAgo.AddDays(1), ValidTo = World.Now }], World.Snapshot(early, late));

        Assert.Equal([late.Id, early.Id], matches.Select(match => match?.Id));
    }

    [Fact]
    public void A_time_that_no_policy_meets_is_a_new_one()
    {
        Assert.Null(PolicyMatching.Match([Request(null) with { ValidFrom = World.Now }], World.Snapshot(Policy(null, to: World.Now)))[0]);
    }

    [Fact]
    public void No_policy_is_meant_twice()
    {
        var matches = PolicyMatching.Match([Request(null), Request(null)], World.Snapshot(Policy(null)));

        Assert.Single(matches.OfType<ResidencyPolicy>());
    }

    private static ResidencyPolicy Policy(string? type, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        World.Policy("acme", type, ResidencyMode.SingleCountry, new() { Country = "DE" }, Guid.NewGuid(), from: from, to: to);

    private static PolicyRequest Request(string? type) => new()
    {
        TenantId = "acme",
        DataType = type,
        Mode = ResidencyMode.SingleCountry,
        Parameters = new() { Country = "DE" },
        ValidFrom = World.LongAgo,
    };
}
