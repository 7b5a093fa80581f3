using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.RegionService;

/// <summary>Why something is not done, and what would help.</summary>
internal sealed record Refusal(int Status, string Code, string Detail)
{
    internal static Refusal Unprocessable(string code, string detail) => new(StatusCodes.Status422UnprocessableEntity, code, detail);

    internal static Refusal Conflict(string code, string detail) => new(StatusCodes.Status409Conflict, code, detail);

    internal ProblemHttpResult ToProblem() => Problems.Problem(Status, Code, Detail);
}
