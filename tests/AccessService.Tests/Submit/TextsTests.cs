namespace Sovereignty.AccessService.Tests.Submit;

public sealed class TextsTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("12345")]
    [InlineData("Grüße")]
    [InlineData("u\u0308ber")]
    [InlineData("😀😀")]
    public void Text_of_any_script_is_text(string text) => Assert.True(Texts.IsText(text, 5) && Texts.IsLine(text, 5));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("123456")]
    [InlineData("a\0")]
    public void What_says_nothing_or_cannot_be_stored_is_no_text(string? text) => Assert.False(Texts.IsText(text, 5) || Texts.IsLine(text, 5));

    [Fact]
    public void Half_a_character_is_no_text() => Assert.All(["\ud83d", "a\ude00", "\ude00\ud83d"], half => Assert.False(Texts.IsText(half, 5) || Texts.IsLine(half, 5)));

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    public void A_break_makes_two_lines_of_a_text(string text) => Assert.True(Texts.IsText(text, 5) && !Texts.IsLine(text, 5));
}
