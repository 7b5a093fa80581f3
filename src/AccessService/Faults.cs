using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.AccessService;

/// <summary>Something about what was sent that cannot be, and what to send instead.</summary>
internal sealed record Fault(string Code, string Field, string Message);

internal static class Faults
{
    /// <summary>The first fault as a problem that lists them all; null where there is none.</summary>
    public static ProblemHttpResult? Refusal(this IReadOnlyList<Fault> faults) => faults is []
        ? null
        : Problems.Problem(422, faults[0].Code, string.Join(' ', faults.Select(fault => fault.Message)), new Dictionary<string, object?>
        {
            ["field"] = faults[0].Field,
            ["faults"] = faults,
        });
}
