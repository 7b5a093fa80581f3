using CsCheck;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Publishing;
using Sovereignty.Evaluation.Tests;

namespace Sovereignty.Evaluation.Tests.Publishing;

public sealed class PolicyOverlapTests
{
    [Theory]
    [InlineData(0, null, 5, null, true)]
    [InlineData(0, 5, 5, null, false)]
    [InlineData(0, 5, 4, 6, true)]
    [InlineData(5, 6, 0, 5, false)]
    [InlineData(5, 6, 0, null, true)]
    public void Two_policies_overlap_where_their_half_open_times_meet(int from, int? to, int otherFrom, int? otherTo, bool overlap)
    {
        Assert.Equal(overlap, PolicyOverlap.Find([Version(1, 1, from, to)], [Version(2, 1, otherFrom, otherTo)]) is not null);
    }

    [Fact]
    public void A_later_version_frees_the_time_after_its_end()
    {
        ResidencyPolicy[] ended = [Version(2, 1, 0, null), Version(2, 2, 3, 5)];

        Assert.Null(PolicyOverlap.Find([Version(1, 1, 5, null)], ended));
        Assert.NotNull(PolicyOverlap.Find([Version(1, 1, 4, null)], ended));
        Assert.NotNull(PolicyOverlap.Find([Version(1, 1, 1, 2)], ended));
    }

    // What publishing refuses is exactly what selection would meet: two policies in force at one moment.
    [Fact]
    public void An_overlap_is_found_exactly_when_both_are_in_force_at_some_moment()
    {
        var times = from start in Gen.Int[0, 8] from length in Gen.Int[0, 5] select (start, length);
        (from own in times.Array[1, 3] from other in times.Array[1, 3] select (own, other)).Sample(
            world =>
            {
                ResidencyPolicy[] own = [.. world.own.Select((time, i) => Version(1, i + 1, time.start, time.length == 0 ? null : time.start + time.length))];
                ResidencyPolicy[] other = [.. world.other.Select((time, i) => Version(2, i + 1, time.start, time.length == 0 ? null : time.start + time.length))];
                var both = Enumerable.Range(0, 20).Any(day =>
                    PolicySelection.InForce([.. own.Concat(other).Select(policy => new PublishedPolicy(policy))], World.Now.AddDays(day)).Count() == 2);
                return both == (PolicyOverlap.Find(own, other) is not null);
            },
            iter: 5_000,
            threads: 1);
    }

    private static ResidencyPolicy Version(int id, int version, int from, int? to) =>
        World.Policy("acme", null, ResidencyMode.SingleCountry, new() { Country = "DE" }, new Guid(id, 0, 0, new byte[8]), version, World.Now.AddDays(from), to is { } end ? World.Now.AddDays(end) : null);
}
