namespace Sovereignty.AppHost.Tests;

public sealed class ForeignDataTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sov-test-");

    private string Home => Path.Combine(_folder.FullName, "postgres");

    [Fact]
    public void Data_of_the_same_state_folder_stay()
    {
        Make("rows", owner: "this");

        Assert.Null(ForeignData.MoveAside(Home, "this"));

        Assert.Equal("rows", Read(Home));
    }

    [Fact]
    public void Nothing_is_moved_where_nothing_is() => Assert.Null(ForeignData.MoveAside(Home, "this"));

    [Theory]
    [InlineData("gone")]
    [InlineData(null)]
    public void Data_of_another_state_folder_are_kept_aside(string? owner)
    {
        Make("rows", owner);

        var aside = ForeignData.MoveAside(Home, "this");

        Assert.Equal("rows", Read(aside!));
        Assert.False(Directory.Exists(Home));
    }

    [Fact]
    public void What_was_moved_aside_before_is_not_overwritten()
    {
        Make("first", owner: "one");
        var first = ForeignData.MoveAside(Home, "two");
        Make("second", owner: "two");
        var second = ForeignData.MoveAside(Home, "three");

        Assert.Equal("first", Read(first!));
        Assert.Equal("second", Read(second!));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Make(string content, string? owner)
    {
        Directory.CreateDirectory(Home);
        File.WriteAllText(Path.Combine(Home, "data"), content);
        if (owner is not null)
        {
            ForeignData.Claim(Home, owner);
        }
    }

    private static string Read(string home) => File.ReadAllText(Path.Combine(home, "data"));
}
