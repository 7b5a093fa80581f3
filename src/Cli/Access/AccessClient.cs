using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.Cli.Access;

/// <summary>Cross-border access over REST, for one person.</summary>
internal sealed class AccessClient(HttpClient http) : IDisposable
{
    public static async Task<AccessClient> SignIn(Platform platform, string person) => new(await platform.SignIn(person));

    public async Task<IReadOnlyList<JsonElement>> Inbox()
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var after = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = await Read<InboxPage>(await http.GetAsync($"/access/inbox?limit=500{after}"));
            items.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return items;
    }

    public async Task<RequestView> Get(Guid request) => await Read<RequestView>(await http.GetAsync($"/access/requests/{request}"));

    /// <summary>The request after the decision; null when it was accepted and is not done yet.</summary>
    public async Task<RequestView?> Decide(Guid request, ApprovalDecision decision, string reason, string? duration)
    {
        var body = new Dictionary<string, string> { ["requestId"] = request.ToString(), ["reason"] = reason };
        if (duration is not null)
        {
            body["duration"] = duration;
        }

        var path = decision == ApprovalDecision.Approve ? "/access/approve" : "/access/reject";
        var response = await http.PostAsJsonAsync(path, body);
        return response.StatusCode == HttpStatusCode.Accepted ? null : await Read<RequestView>(response);
    }

    public async Task<string> Prove(Guid request, ApprovalDecision decision, string? duration)
    {
        var body = new { RequestId = request, Decision = decision, Duration = duration };
        var answer = await Read<JsonElement>(await http.PostAsJsonAsync("/access/decision-proof", body, ContractJson.Options));
        return answer.GetProperty("proof").GetString()!;
    }

    public void Dispose() => http.Dispose();

    private static async Task<T> Read<T>(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return await response.Read<T>();
        }

        var message = Refusal.Describe(response.StatusCode, await response.Content.ReadAsStringAsync());
        throw response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            ? new PlatformException(message)
            : new RefusedException(message);
    }

    private sealed record InboxPage(IReadOnlyList<JsonElement> Items, string? NextCursor);
}
