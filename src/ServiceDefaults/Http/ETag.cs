using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Sovereignty.ServiceDefaults.Http;

/// <summary>Strong entity tags (RFC 9110) made of a version number.</summary>
public static class ETag
{
    public static string Of(long version) => $"\"{version}\"";

    public static void Set(HttpResponse response, long version) => response.Headers.ETag = Of(version);

    /// <summary>A change must say which version it changes: 428 when it does not, 412 when that is not the newest.</summary>
    public static ProblemHttpResult? CheckIfMatch(HttpRequest request, long version)
    {
        var ifMatch = request.Headers.IfMatch;
        if (ifMatch.Count == 0)
        {
            return Problems.Problem(428, "if-match-missing", "Send the ETag that you read in the If-Match header, so that no other change is overwritten.");
        }

        var tags = ifMatch.SelectMany(value => value!.Split(',', StringSplitOptions.TrimEntries));
        return tags.Any(tag => tag == "*" || tag == Of(version))
            ? null
            : Problems.Problem(412, "etag-stale", $"It was changed meanwhile and is at ETag {Of(version)} now. Read it again and repeat your change on what it is now.");
    }
}
