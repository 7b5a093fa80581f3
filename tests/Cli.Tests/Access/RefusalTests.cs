using System.Net;
using Sovereignty.Cli.Access;

namespace Sovereignty.Cli.Tests.Access;

public sealed class RefusalTests
{
    [Theory]
    [InlineData("""{"detail":"Decided before.","code":"already-decided","state":"denied"}""", "Decided before. The request is denied now. (already-decided)")]
    [InlineData("""{"detail":"Not yours.","code":"role-missing"}""", "Not yours. (role-missing)")]
    [InlineData("""{"title":"Conflict"}""", "Conflict (409)")]
    [InlineData("<html>", "The platform answered 409 without saying why.")]
    [InlineData("[]", "The platform answered 409 without saying why.")]
    public void A_refusal_is_told_in_the_platforms_own_words(string body, string words) =>
        Assert.Equal(words, Refusal.Describe(HttpStatusCode.Conflict, body));
}
