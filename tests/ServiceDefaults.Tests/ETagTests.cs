using Microsoft.AspNetCore.Http;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.ServiceDefaults.Tests;

public sealed class ETagTests
{
    [Theory]
    [InlineData(null, 428)]
    [InlineData("\"2\"", 412)]
    [InlineData("3", 412)]
    [InlineData("\"3\"", null)]
    [InlineData("\"1\", \"3\"", null)]
    [InlineData("*", null)]
    public void A_change_names_the_version_it_changes(string? ifMatch, int? status)
    {
        var request = new DefaultHttpContext().Request;
        if (ifMatch is not null)
        {
            request.Headers.IfMatch = ifMatch;
        }

        Assert.Equal(status, ETag.CheckIfMatch(request, version: 3)?.StatusCode);
    }
}
