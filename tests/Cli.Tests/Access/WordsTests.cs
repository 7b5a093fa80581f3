using Sovereignty.Cli.Access;

namespace Sovereignty.Cli.Tests.Access;

public sealed class WordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("PT8H", "8 h")]
    [InlineData("PT90M", "1 h 30 min")]
    [InlineData("P30D", "30 d")]
    [InlineData("P1DT2H3M4S", "1 d 2 h")]
    [InlineData("P1DT3M", "1 d")]
    [InlineData("PT45S", "45 s")]
    [InlineData("PT0.5S", "0 s")]
    [InlineData("soon", "soon")]
    public void A_duration_has_its_two_largest_units(string duration, string words) => Assert.Equal(words, Words.Duration(duration));

    [Theory]
    [InlineData("PT0S")]
    [InlineData("-PT1H")]
    [InlineData("1h")]
    [InlineData("P")]
    [InlineData("")]
    [InlineData("P99999999999D")]
    public void Nothing_less_than_nothing_and_nonsense_are_no_durations(string text) => Assert.Null(Words.ParseDuration(text));

    [Fact]
    public void What_is_left_is_counted_from_now()
    {
        Assert.Equal("-", Words.Left(null, Now));
        Assert.Equal("due", Words.Left(Now, Now));
        Assert.Equal("in 1 min 1 s", Words.Left(Now.AddSeconds(61), Now));
    }

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("  a \r\n\t b  ", "a b")]
    [InlineData("a\u001b[2Jb", "a [2Jb")]
    [InlineData("a\u202eb\u200bc\u0007", "a b c")]
    [InlineData("0123456789", "012345678…")]
    [InlineData("012345678", "012345678")]
    [InlineData("01234567 9", "01234567…")]
    [InlineData("😀😀😀😀😀😀😀😀😀😀", "😀😀😀😀😀😀😀😀😀…")]
    public void A_foreign_text_is_one_short_harmless_line(string text, string line) => Assert.Equal(line, Words.Line(text, 10));
}
