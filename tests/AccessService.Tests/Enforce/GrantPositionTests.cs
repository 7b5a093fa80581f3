using CsCheck;
using Sovereignty.AccessService.Enforce;
using Sovereignty.AccessService.Tests.Requests;

namespace Sovereignty.AccessService.Tests.Enforce;

public sealed class GrantPositionTests
{
    private static readonly Gen<GrantPosition> GenPosition =
        from least in Gen.Int[3, 10]
        from length in Gen.Int[0, 8]
        from running in Gen.Int[least, least + Math.Max(0, length - 1)].Array[0, 5]
        select new GrantPosition((ulong)least, (ulong)(least + length), length == 0 ? new HashSet<ulong>() : running.Select(id => (ulong)id).ToHashSet());

    [Theory]
    [InlineData("10:20:10,14,15")]
    [InlineData("10:10:")]
    [InlineData("18:20:18")]
    public void It_is_written_as_it_is_read(string text) => Assert.Equal(text, GrantPosition.Parse(text)!.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("10:20")]
    [InlineData("10:20:10:11")]
    [InlineData("20:10:")]
    [InlineData("10:20:9")]
    [InlineData("10:20:20")]
    [InlineData("-1:20:")]
    [InlineData("0:0:")]
    [InlineData("0:5:")]
    [InlineData("5:4294967296:")]
    [InlineData("4294967296:4294967297:")]
    [InlineData("5:4294967297:4294967296")]
    [InlineData("1e1:20:")]
    [InlineData("10:20:a")]
    [InlineData("10:18446744073709551615:")]
    [InlineData("10:20:'); DROP TABLE access.request; --")]
    public void What_is_no_position_is_refused(string text) => Assert.Null(GrantPosition.Parse(text));

    [Fact]
    public void What_all_saw_is_what_each_of_them_saw() => SawAlike(GrantPosition.InAll);

    [Fact]
    public void The_property_catches_one_that_forgets_who_was_running() =>
        Property.Catches(() => SawAlike(positions => GrantPosition.InAll(positions) with { Running = new HashSet<ulong>() }));

    [Fact]
    public void A_reading_that_was_cut_off_lacks_nothing_for_who_saw_all_before_the_cut() => Property.Holds(
        Gen.Select(GenPosition, GenPosition, Gen.Int[1, 20]),
        given => given.Item1.SawAllUntil((ulong)given.Item3, given.Item2)
            == ((ulong)given.Item3 < given.Item1.Next && Enumerable.Range(1, given.Item3).All(id => given.Item1.Saw((ulong)id) || !given.Item2.Saw((ulong)id))));

    private static void SawAlike(Func<GrantPosition[], GrantPosition> inAll) => Property.Holds(
        GenPosition.Array[1, 4],
        positions => Enumerable.Range(0, 25).All(id => inAll(positions).Saw((ulong)id) == positions.All(position => position.Saw((ulong)id))));
}
