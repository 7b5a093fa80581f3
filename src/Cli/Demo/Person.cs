using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Cli.Access;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.Cli.Demo;

/// <summary>What a requester asks for.</summary>
internal sealed record AccessWanted
{
    public required string DataId { get; init; }
    public required string SourceRegion { get; init; }
    public required string TargetRegion { get; init; }
    public required string TargetCountry { get; init; }
    public required string Purpose { get; init; }
    public IReadOnlyList<string> Actions { get; init; } = ["read"];
    public required string Justification { get; init; }
    public required string Duration { get; init; }
    public TransferMechanism? Mechanism { get; init; }
    public AccessBudget? Budget { get; init; }
}

/// <summary>The platform's answer to a command: the request afterwards, or why it was refused.</summary>
internal sealed record CommandAnswer(RequestView? Request, string? Code, string? Reason)
{
    public string Word => Request?.State ?? $"refused: {Code}";
}

/// <summary>Whether data may be used.</summary>
internal sealed record UseAnswer(bool Allowed, string Code, Guid? GrantId, DateTimeOffset? Until);

/// <summary>A seeded person who speaks to the platform over REST.</summary>
internal sealed class Person(string name, HttpClient http) : IDisposable
{
    public string Name => name;

    public static async Task<Person> SignIn(Platform platform, string name) => new(name, await platform.SignIn(name));

    public async Task<RequestView> Ask(AccessWanted wanted) =>
        await (await http.PostAsJsonAsync("/access/request", wanted, ContractJson.Options)).Read<RequestView>();

    public async Task<RequestView> Get(Guid request) => await (await http.GetAsync($"/access/requests/{request}")).Read<RequestView>();

    /// <summary>The request once the rules have been checked.</summary>
    public Task<RequestView> Checked(Guid request) =>
        Wait.For(() => Get(request), view => view.State is not ("submitted" or "validating"));

    /// <summary>One of approve, reject, revoke, withdraw, give-back.</summary>
    public async Task<CommandAnswer> Say(string verb, Guid request, string reason, string? duration = null)
    {
        var key = Guid.NewGuid().ToString();
        using var response = await Wait.For(() => Send(), answer => answer.StatusCode != HttpStatusCode.Accepted);
        if (response.IsSuccessStatusCode)
        {
            return new(await response.Read<RequestView>(), null, null);
        }

        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        return new(null, DemoText.Text(problem, "code") ?? $"{(int)response.StatusCode}", DemoText.Text(problem, "detail"));

        // The same key gets the same answer, so one that is not there yet is asked for again.
        async Task<HttpResponseMessage> Send()
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, $"/access/{verb}")
            {
                Headers = { { "Idempotency-Key", key } },
                Content = JsonContent.Create(new { RequestId = request, Reason = reason, Duration = duration }, options: ContractJson.Options),
            };
            return await http.SendAsync(message);
        }
    }

    public Task<UseAnswer> Check(Person user, AccessWanted wanted) => Enforce("/access/check", user, wanted, null);

    public Task<UseAnswer> Use(Person user, AccessWanted wanted, long records) => Enforce("/access/use", user, wanted, records);

    public async Task<string> Prove(Guid request, ApprovalDecision decision)
    {
        var body = new { RequestId = request, Decision = decision };
        return (await (await http.PostAsJsonAsync("/access/decision-proof", body, ContractJson.Options)).Read<JsonElement>()).GetProperty("proof").GetString()!;
    }

    /// <summary>The newest entries of the audit log about some data.</summary>
    public async Task<IReadOnlyList<JsonElement>> Log(string dataId)
    {
        var page = await (await http.GetAsync($"/access/audit?dataId={Uri.EscapeDataString(dataId)}&limit=500")).Read<JsonElement>();
        return [.. page.GetProperty("items").EnumerateArray()];
    }

    public async Task<ReportView> Report(DateTimeOffset from, DateTimeOffset to, long? size = null)
    {
        var covered = size is null ? "" : $"&size={size}";
        return await (await http.GetAsync($"/access/audit/report?from={from.UtcDateTime:O}&to={to.UtcDateTime:O}&limit=1{covered}")).Read<ReportView>();
    }

    public void Dispose() => http.Dispose();

    private async Task<UseAnswer> Enforce(string path, Person user, AccessWanted wanted, long? records)
    {
        var body = new { Subject = user.Name, wanted.DataId, Region = wanted.TargetRegion, wanted.Purpose, Action = wanted.Actions[0], Records = records };
        return await (await http.PostAsJsonAsync(path, body, ContractJson.Options)).Read<UseAnswer>();
    }
}
