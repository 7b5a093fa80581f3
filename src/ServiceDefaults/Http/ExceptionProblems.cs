using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
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
        BadHttpRequestException bad => (bad.StatusCode, "request-invalid", Explain(bad)),
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } => (400, "request-invalid", "A text holds the character U+0000, which no text here can hold. Leave it out."),
        DbUpdateConcurrencyException => (412, "etag-stale", "Somebody changed this meanwhile. Read it again and repeat your change on what it is now."),
        _ when Transient.IsConflict(exception) => (409, "conflict", "Another request changed the same thing at the same moment. Try again."),
        _ when Transient.IsAway(exception) => (503, "database-unavailable", "The database is away for the moment. Try again; repeat a POST with its Idempotency-Key, and it is done once."),
        OperationCanceledException => (499, "request-cancelled", "The request was cancelled, perhaps after it was done. Repeat a POST with its Idempotency-Key, and it is done once."),
        _ => (500, "internal-error", "Something went wrong here. Repeat a POST with its Idempotency-Key, and it is done once; if it stays, report the trace id."),
    };

    private static string Explain(JsonException json)
    {
        var missing = MissingMembers().Match(json.Message);
        var what = missing.Success ? $"required members are missing there: {missing.Groups[1].Value.TrimEnd('.')}"
            : json.Message.Contains("could not be converted", StringComparison.Ordinal) ? "the value there has the wrong type or is none of the allowed ones"
            : json.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "there is no member of that name; it may be misspelt"
            : json.Message.Contains("no offset", StringComparison.Ordinal) ? "the time there needs an offset, for example Z"
            : json.Message.Contains("duplicate", StringComparison.OrdinalIgnoreCase) ? "a member stands there twice"
            : "it is not valid JSON from there on";
        return $"The body does not fit at {(string.IsNullOrEmpty(json.Path) ? "$" : json.Path)}: {what}. Compare it with the API description.";
    }

    // The framework's own words name C# types and parameters, which mean nothing to a caller.
    private static string Explain(BadHttpRequestException bad)
    {
        if (bad.Message.Contains("no body was provided", StringComparison.Ordinal))
        {
            return "A body is required. Send it as application/json.";
        }

        var parameter = Parameter().Match(bad.Message);
        return parameter.Success
            ? $"The value of '{parameter.Groups[1].Value}' is missing or cannot be read. Compare it with the API description."
            : bad.Message;
    }

    [GeneratedRegex("missing required properties including: (.+?)(?: Path:|$)", RegexOptions.Singleline)]
    private static partial Regex MissingMembers();

    [GeneratedRegex("parameter \"(?:[^\" ]+ )?([^\" ]+)\"")]
    private static partial Regex Parameter();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed with {Code}")]
    private partial void LogFailed(Exception exception, string method, string? endpoint, string code);
}
