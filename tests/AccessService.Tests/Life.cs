using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.AccessService.SubmitAccess;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests;

/// <summary>One request, driven over HTTP.</summary>
internal sealed class Life(RunningAccessService service, Guid id, string dataId)
{
    public Guid Id => id;

    public string DataId => dataId;

    public static SubmitRequest Body(string dataId, string duration = "PT8H", DateTimeOffset? start = null) => new()
    {
        DataId = dataId,
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        TargetCountry = "US",
        Purpose = "customer-support",
        Actions = ["read", "export"],
        Justification = "Ticket 4711",
        Start = start,
        Duration = duration,
        Mechanism = new() { Kind = TransferMechanismKind.Scc, Reference = "SCC-17", ValidUntil = TimeProvider.System.GetUtcNow().AddYears(50) },
    };

    public static async Task<Life> Submit(RunningAccessService service, string? dataId = null, string duration = "PT8H", DateTimeOffset? start = null, Person? requester = null, Func<SubmitRequest, SubmitRequest>? change = null)
    {
        dataId ??= $"data-{Guid.NewGuid():N}";
        var response = await service.Client(requester ?? Person.Requester).PostAsJsonAsync("/access/request", (change ?? (same => same))(Body(dataId, duration, start)), ContractJson.Options);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.StatusCode == HttpStatusCode.Created, body.ToString());
        Assert.Equal(("submitted", 1), (body.GetProperty("state").GetString(), body.GetProperty("version").GetInt32()));
        return new(service, body.GetProperty("requestId").GetGuid(), dataId);
    }

    public async Task<JsonElement> Get(Person? person = null) =>
        await service.Client(person ?? Person.ComplianceOfficer).GetFromJsonAsync<JsonElement>($"/access/requests/{id}");

    public Task Reaches(string state, TimeSpan? limit = null) =>
        Eventually.True(async () => (await Get()).GetProperty("state").GetString() == state, $"the request is {state}", limit);

    public Task<HttpResponseMessage> Send(Person person, string command, string reason = "as the test wants", string? duration = null, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/access/{command}") { Content = JsonContent.Create(new { requestId = id, reason, duration }) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return service.Client(person).SendAsync(request);
    }

    /// <summary>Sends a command that must be carried out.</summary>
    public async Task<JsonElement> Command(Person person, string command, string reason = "as the test wants", string? duration = null)
    {
        var response = await Send(person, command, reason, duration);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode} {body}");
        return body;
    }

    /// <summary>Sends a command that must be refused.</summary>
    public async Task<JsonElement> Refused(Person person, string command, int status, string code, string? duration = null)
    {
        var response = await Send(person, command, duration: duration);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)response.StatusCode == status, $"{response.StatusCode} {body}");
        Assert.Equal(code, body.GetProperty("code").GetString());
        return body;
    }

    public Task<(bool Allowed, string Code)> Check(string action = "read", string region = "us-east-1", string purpose = "customer-support") => Ask("check", action, region, purpose);

    public Task<(bool Allowed, string Code)> Use(string action = "read", string region = "us-east-1", string purpose = "customer-support") => Ask("use", action, region, purpose);

    /// <summary>Waits until just these events were heard, in whatever order those of one version came.</summary>
    public async Task Hears(params string[] types)
    {
        await Eventually.True(() => service.EventsOf(id).Count(heard => heard.Type != "AccessValidated") >= types.Length, $"{string.Join(", ", types)} are heard");
        Assert.Equal(types.Order(), service.EventsOf(id).Select(heard => heard.Type).Where(type => type != "AccessValidated").Order());
    }

    private async Task<(bool Allowed, string Code)> Ask(string verb, string action, string region, string purpose)
    {
        var response = await service.Client(Person.PlatformService).PostAsJsonAsync($"/access/{verb}", new { subject = "requester", dataId, region, purpose, action });
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, body.ToString());
        return (body.GetProperty("allowed").GetBoolean(), body.GetProperty("code").GetString()!);
    }
}
