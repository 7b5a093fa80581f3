using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Sovereignty.ServiceDefaults.Http;

/// <summary>Problem details (RFC 9457) with a <c>code</c> for programs and a detail that says what to do.</summary>
public static class Problems
{
    public static ProblemHttpResult Problem(int status, string code, string detail, IDictionary<string, object?>? extensions = null) =>
        TypedResults.Problem(detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status), extensions: WithCode(code, extensions));

    public static ProblemHttpResult NotFound(string what, string id) =>
        Problem(StatusCodes.Status404NotFound, "not-found", $"There is no {what} '{id}' that you may see. Check the id, and whose it is.");

    public static Task Write(HttpContext context, int status, string code, string detail) =>
        Problem(status, code, detail).ExecuteAsync(context);

    internal static void AddProblems(this IServiceCollection services)
    {
        services.AddExceptionHandler<ExceptionProblems>();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            var problem = context.ProblemDetails;
            problem.Type = null;
            problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
            if (!problem.Extensions.ContainsKey("code"))
            {
                var (code, detail) = Default(problem.Status ?? context.HttpContext.Response.StatusCode);
                problem.Extensions["code"] = code;
                problem.Detail ??= detail;
            }
        });
    }

    private static Dictionary<string, object?> WithCode(string code, IDictionary<string, object?>? extensions)
    {
        var all = extensions is null ? [] : new Dictionary<string, object?>(extensions);
        all["code"] = code;
        return all;
    }

    private static (string Code, string Detail) Default(int status) => status switch
    {
        400 => ("request-invalid", "The request cannot be read. Compare it with the API description."),
        401 => ("token-missing", "Send a bearer token in the Authorization header."),
        403 => ("role-missing", "Your roles do not allow this."),
        404 => ("not-found", "There is nothing at this address."),
        405 => ("method-not-allowed", "This address does not answer to this method; see the Allow header."),
        413 => ("body-too-large", "The body is larger than 256 KiB. Send less."),
        415 => ("content-type-unsupported", "Send the body as application/json."),
        _ => ("internal-error", "Something went wrong here. Try again; if it stays, report the trace id."),
    };
}
