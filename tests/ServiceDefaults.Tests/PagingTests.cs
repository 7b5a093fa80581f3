using CsCheck;
using Microsoft.AspNetCore.Http;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.ServiceDefaults.Tests;

public sealed class PagingTests
{
    [Fact]
    public void A_cursor_gives_back_the_key_it_was_made_of() =>
        Gen.String.Where(key => !key.Any(char.IsSurrogate)).Sample(key => Assert.Equal(key, Cursor.Decode(Cursor.Encode(key))));

    [Theory]
    [InlineData("%%%")]
    [InlineData("/w==")]
    [InlineData("_w")]
    public void What_is_no_cursor_is_told_apart(string cursor) => Assert.Null(Cursor.Decode(cursor));

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=501")]
    [InlineData("?limit=many")]
    [InlineData("?cursor=_w")]
    public async Task Bad_paging_is_a_bad_request(string query) =>
        await Assert.ThrowsAsync<BadHttpRequestException>(async () => await PageRequest.BindAsync(Request(query)));

    [Fact]
    public async Task A_page_ends_with_a_cursor_only_where_there_is_more()
    {
        var page = await PageRequest.BindAsync(Request("?limit=2"));
        Assert.Equal((2, "b"), (page.Page(["a", "b", "c"], item => item).Items.Count, Cursor.Decode(page.Page(["a", "b", "c"], item => item).NextCursor!)));
        Assert.Null(page.Page(["a", "b"], item => item).NextCursor);
    }

    private static DefaultHttpContext Request(string query) => new() { Request = { QueryString = new(query) } };
}
