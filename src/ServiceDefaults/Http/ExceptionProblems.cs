using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sovereignty.Messaging.Database;

namespace Sovereignty.ServiceDefaults.Http;

internal sealed partial class ExceptionProblems(ILogger<ExceptionProblems> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var (status, code, detail) = Describe(exception);
        if (status >= 500)
        {
            LogFailed(exception, context.Request.Method, context.GetEndpoint()?.DisplayName, code);
        }

        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        await Problems.Write(context, status, code, detail);
        return true;
    }

    private static (int Status, string Code, string Detail) Describe(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: 413 } => (413, "body-too-large", "The body is larger than 256 KiB. Send less."),
        BadHttpRequestException { StatusCode: 415 } => (415, "content-type-unsupported", "Send the body as application/json."),
        BadHttpRequestException { InnerException: JsonException json } => (400, "body-invalid", Explain(json)),
        BadHttpRequestException bad => (bad.StatusCode, "request-invalid", bad.Message),
        DbUpdateConcurrencyException => (412, "etag-stale", "Somebody changed this meanwhile. Read it again and repeat your change on what it is now."),
        _ when Transient.IsConflict(exception) => (409, "conflict", "Another request changed the same thing at the same moment. Try again."),
        _ when Transient.IsAway(exception) => (503, "database-unavailable", "The database is away for the moment. Nothing was changed. Try again."),
        OperationCanceledException => (499, "request-cancelled", "The request was cancelled. Nothing was changed."),
        _ => (500, "internal-error", "Something went wrong here and nothing was changed. Try again; if it stays, report the trace id."),
    };

    private static string Explain(JsonException json) =>
        $"The body does not fit at {(string.IsNullOrEmpty(json.Path) ? "$" : json.Path)}: {FirstSentence(json.Message)} Compare it with the API description.";

    private static string FirstSentence(string message) =>
        message.Split(" Path:")[0].TrimEnd('.') + ".";

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed with {Code}")]
    private partial void LogFailed(Exception exception, string method, string? endpoint, string code);
}
