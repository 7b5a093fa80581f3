using System.Text.Json;
using Sovereignty.Contracts.Access;

namespace Sovereignty.Cli.Demo;

/// <summary>The states that a request went through, as the audit log tells it.</summary>
internal static class RequestPath
{
    private static readonly Dictionary<string, string> States = new()
    {
        [nameof(AccessRequested)] = "submitted",
        [nameof(AccessValidationStarted)] = "validating",
        [nameof(AccessRouted)] = "awaiting-approval",
        [nameof(AccessRefused)] = "refused",
        [nameof(AccessDenied)] = "denied",
        [nameof(AccessWithdrawn)] = "withdrawn",
        [nameof(AccessLapsed)] = "lapsed",
        [nameof(AccessGranted)] = "approved",
        [nameof(AccessEnded)] = "ended",
        [nameof(AccessGivenBack)] = "given-back",
        [nameof(AccessExhausted)] = "exhausted",
        [nameof(AccessSuspended)] = "suspended",
        [nameof(AccessResumed)] = "resumed",
        [nameof(AccessRevoked)] = "revoked",
    };

    public static string Of(Guid request, IEnumerable<JsonElement> entries) => string.Join(
        " -> ",
        from entry in entries
        let body = entry.GetProperty("body")
        where States.ContainsKey(DemoText.Text(entry, "type") ?? "") && DemoText.Text(body, "requestId") == request.ToString()
        orderby body.GetProperty("version").GetInt32()
        select States[DemoText.Text(entry, "type")!]);
}
