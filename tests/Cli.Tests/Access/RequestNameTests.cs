using Sovereignty.Cli.Access;

namespace Sovereignty.Cli.Tests.Access;

public sealed class RequestNameTests
{
    private static readonly Guid One = Guid.Parse("018f3c00-0000-7000-8000-000000000001");
    private static readonly Guid Near = Guid.Parse("018f3c00-00ff-7000-8000-000000000002");
    private static readonly Guid Far = Guid.Parse("029f3c00-0000-7000-8000-000000000003");

    [Theory]
    [InlineData("018f", true)]
    [InlineData("018F3C00-00", true)]
    [InlineData("018f3c00-0000-7000-8000-000000000001", true)]
    [InlineData("018f3c00000070008000000000000001", true)]
    [InlineData("018", false)]
    [InlineData("", false)]
    [InlineData("018g", false)]
    [InlineData("018f3c00-0000-7000-8000-0000000000011", false)]
    public void A_name_has_four_to_all_digits_of_an_id(string name, bool expected) => Assert.Equal(expected, RequestName.IsName(name));

    [Theory]
    [InlineData("018f3c00-0000-7000-8000-000000000001")]
    [InlineData("018F3C00000070008000000000000001")]
    public void A_whole_name_is_the_id(string name) => Assert.Equal(One, RequestName.Id(name));

    [Fact]
    public void A_beginning_is_no_id() => Assert.Null(RequestName.Id("018f3c00-0000-7000-8000-00000000000"));

    [Theory]
    [InlineData("029f", 1)]
    [InlineData("018f3c00", 2)]
    [InlineData("018f3c0000f", 1)]
    [InlineData("018F3C00-00F", 1)]
    [InlineData("3c00", 0)]
    public void A_beginning_matches_what_begins_with_it(string name, int count) =>
        Assert.Equal(count, RequestName.Matches(name, [One, Near, Far]).Count);

    [Fact]
    public void The_short_name_is_the_only_one_of_its_kind_and_no_longer_than_it_must()
    {
        Guid[] ids = [One, Near, Far];

        Assert.Equal("029f3c00", RequestName.Short(Far, ids));
        Assert.Equal("018f3c00-000", RequestName.Short(One, ids));
        Assert.All(ids, id => Assert.Equal([id], RequestName.Matches(RequestName.Short(id, ids), ids)));
        Assert.Equal("018f3c00", RequestName.Short(One, [One]));
    }
}
