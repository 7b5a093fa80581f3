using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Evaluation.Publishing;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.PolicyService.Provisions;

internal static class FindingProblems
{
    /// <summary>The gravest finding as a problem, with all the others beside it; null where nothing is refused.</summary>
    public static ProblemHttpResult? Refusal(this IReadOnlyList<PublishingFinding> findings, string code) =>
        findings.FirstOrDefault(finding => finding.Severity is FindingSeverity.Refuse) is { } worst
            ? Problems.Problem(422, code, worst.Message, new Dictionary<string, object?> { ["field"] = worst.Place.TrimStart('/').Replace('/', '.'), ["findings"] = findings })
            : null;
}
