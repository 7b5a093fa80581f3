using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;

namespace Sovereignty.Gateway;

internal static class Problems
{
    internal static Task Write(HttpContext context, int status, string code, string detail) =>
        Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?>
        {
            ["code"] = code,
            ["traceId"] = Activity.Current?.TraceId.ToString(),
        }).ExecuteAsync(context);

    internal static Task WriteForStatus(StatusCodeContext status)
    {
        var context = status.HttpContext;
        var path = context.Request.Path;
        return context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Write(context, 404, "path-unknown",
                $"There is nothing at {path}. The API is described at {ApiReference.Page}."),
            StatusCodes.Status405MethodNotAllowed => Write(context, 405, "method-not-allowed",
                $"{path} does not take {context.Request.Method}; see the Allow header."),
            var other => Write(context, other, "request-refused", "The request was refused."),
        };
    }
}
