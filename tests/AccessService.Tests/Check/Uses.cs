using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Check;

/// <summary>Grants that need nobody's approval, and uses of them over HTTP.</summary>
internal static class Uses
{
    /// <summary>A grant in force, with a budget where one is given, as JSON.</summary>
    public static async Task<Life> Granted(RunningAccessService service, string? budget = null, string? dataId = null)
    {
        dataId ??= $"auto-{Guid.NewGuid():N}";
        service.Policies[dataId] = Answers.Allowed;
        var life = await Life.Submit(service, dataId);
        await life.Reaches("approved");
        if (budget is not null)
        {
            await service.Execute($"UPDATE access.request SET body = jsonb_set(body, '{{grant,budget}}', '{budget}') WHERE correlation_id = '{life.Id}'");
        }

        return life;
    }

    public static async Task<(HttpResponseMessage Response, bool Allowed, string Code)> Post(
        RunningAccessService service, Life life, string verb, string? key = null, long? records = null, long? bytes = null, long? subjects = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/access/{verb}")
        {
            Content = JsonContent.Create(new { subject = "requester", dataId = life.DataId, region = "us-east-1", purpose = "customer-support", action = "read", records, bytes, subjects }),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        var response = await service.Client(Person.PlatformService).SendAsync(request);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, body.ToString());
        return (response, body.GetProperty("allowed").GetBoolean(), body.GetProperty("code").GetString()!);
    }

    public static async Task<string> UseCode(RunningAccessService service, Life life, string? key = null, long? records = null, long? bytes = null, long? subjects = null) =>
        (await Post(service, life, "use", key, records, bytes, subjects)).Code;

    public static Task<long> Counted(RunningAccessService service, Life life, string count = "uses") => service.Query<long>(
        $"SELECT coalesce(sum({count}), 0)::bigint FROM access.grant_use WHERE grant_id = (SELECT (body -> 'grant' ->> 'id')::uuid FROM access.request WHERE correlation_id = '{life.Id}')");

    public static Task Exhausted(Life life) =>
        Eventually.True(async () => (await life.Get()).GetProperty("state").GetString() == "exhausted", "the grant is exhausted");
}
