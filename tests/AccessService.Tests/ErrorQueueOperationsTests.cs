using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Contracts.Operations;
using Sovereignty.Contracts.Residency;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests;

/// <summary>What every service offers operators, tried on this one with its real broker user and database role.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class ErrorQueueOperationsTests(RunningAccessService service)
{
    private const string Queue = "access.requests_error";
    private const string Path = $"/operations/messages/{Queue}";

    [Fact]
    public async Task An_operator_lists_shows_redrives_and_discards_and_each_step_is_recorded()
    {
        var id = await Fail();
        using var client = service.Client(Person.Operator);

        var queue = (await client.GetFromJsonAsync<JsonElement>("/operations/messages")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("queue").GetString() == Queue);
        Assert.Equal(("access.requests", "error"), (queue.GetProperty("endpoint").GetString(), queue.GetProperty("kind").GetString()));
        Assert.True(queue.GetProperty("count").GetInt64() >= 1);

        var listed = await Listed(client, id);
        Assert.Contains("may not send", listed!.Value.GetProperty("reason").GetString());
        Assert.Equal(("platform-intruder", "operator"), (listed.Value.GetProperty("tenantId").GetString(), listed.Value.GetProperty("sourceUser").GetString()));
        Assert.False(listed.Value.TryGetProperty("body", out _));
        Assert.Empty(Events(id));

        using var shown = await client.GetAsync($"{Path}/{id}");
        Assert.True(shown.Headers.CacheControl?.NoStore);
        var whole = await shown.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("forged-1", whole.GetProperty("body").GetProperty("message").GetProperty("dataId").GetString());
        await Eventually.True(() => Events(id) is [nameof(MessageInspected)], "the look is recorded");

        using var redriven = await client.PostAsJsonAsync($"{Path}/{id}/redrive", new { reason = "once more" });
        Assert.Equal(HttpStatusCode.OK, redriven.StatusCode);
        Assert.Equal(1, (await redriven.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("done").GetInt32());
        await Eventually.True(async () => (await Listed(client, id))?.GetProperty("redrives").GetInt32() == 1, "it is refused again and comes back");
        await Eventually.True(() => Events(id) is [nameof(MessageInspected), nameof(MessageRedriven)], "the redrive is recorded");

        using var discarded = await client.PostAsJsonAsync($"{Path}/{id}/discard", new { reason = "forged" });
        Assert.Equal(HttpStatusCode.OK, discarded.StatusCode);
        Assert.Null(await Listed(client, id));
        await Eventually.True(() => Events(id) is [nameof(MessageInspected), nameof(MessageRedriven), nameof(MessageDiscarded)], "the removal is recorded");
        var last = service.Heard.Last(heard => heard.Type == nameof(MessageDiscarded) && Names(heard.Body, id)).Body;
        Assert.Equal(
            ("operator", "platform-intruder", "access-service", Queue, "forged", OperationCodes.Ordered),
            (last.GetProperty("actor").GetProperty("subject").GetString(), last.GetProperty("tenantId").GetString(), last.GetProperty("service").GetString(), last.GetProperty("queue").GetString(), last.GetProperty("reason").GetString(), last.GetProperty("code").GetString()));

        using var again = await client.PostAsJsonAsync($"{Path}/{id}/discard", new { reason = "forged" });
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task All_messages_are_redriven_without_a_body_and_each_is_recorded()
    {
        var (first, second) = (await Fail(), await Fail());
        using var client = service.Client(Person.Operator);

        using var redriven = await client.PostAsync($"{Path}/redrive", null);

        Assert.Equal(HttpStatusCode.OK, redriven.StatusCode);
        Assert.True((await redriven.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("done").GetInt32() >= 2);
        await Eventually.True(() => Events(first) is [nameof(MessageRedriven)] && Events(second) is [nameof(MessageRedriven)], "both are recorded");
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_not_done()
    {
        var id = await Fail();
        using var client = service.Client(Person.Operator);
        await service.Execute("REVOKE INSERT ON messaging.outbox FROM access");
        try
        {
            using var discarded = await client.PostAsJsonAsync($"{Path}/{id}/discard", new { reason = "unseen" });
            using var shown = await client.GetAsync($"{Path}/{id}");
            Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError), (discarded.StatusCode, shown.StatusCode));
        }
        finally
        {
            await service.Execute("GRANT INSERT ON messaging.outbox TO access");
        }

        await Eventually.True(async () => await Listed(client, id) is not null, "the message is in its place");
        Assert.Empty(Events(id));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"reason":" "}""")]
    [InlineData("""{"reason":"a\nb"}""")]
    public async Task A_removal_needs_a_reason(string body)
    {
        using var client = service.Client(Person.Operator);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await client.PostAsync($"{Path}/{Guid.NewGuid()}/discard", content);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("reason-invalid", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Error_queues_are_for_operators_of_the_platform_alone()
    {
        foreach (var person in new[] { Person.ComplianceOfficer, Person.PolicyAdmin, Person.Requester, Person.Operator with { Tenant = "acme" } })
        {
            using var client = service.Client(person);
            foreach (var path in new[] { "/operations/messages", Path, $"{Path}/1" })
            {
                using var response = await client.GetAsync(path);
                Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            }

            using var redriven = await client.PostAsync($"{Path}/redrive", null);
            Assert.Equal(HttpStatusCode.Forbidden, redriven.StatusCode);
        }
    }

    [Theory]
    [InlineData("/operations/messages/access.requests", HttpStatusCode.NotFound)]
    [InlineData("/operations/messages/policy.data-created_error", HttpStatusCode.NotFound)]
    [InlineData($"{Path}/missing", HttpStatusCode.NotFound)]
    [InlineData($"{Path}?limit=501", HttpStatusCode.BadRequest)]
    public async Task What_is_no_error_queue_of_this_service_or_not_there_is_refused(string path, HttpStatusCode status)
    {
        using var client = service.Client(Person.Operator);
        using var response = await client.GetAsync(path);

        Assert.Equal(status, response.StatusCode);
    }

    /// <summary>A message that the saga refuses, because its publisher may not send it.</summary>
    private async Task<Guid> Fail()
    {
        var id = Guid.NewGuid();
        var forged = Answers.Restricted(new() { RequestId = Guid.NewGuid(), Attempt = 1, TenantId = "platform-intruder", DataId = "forged-1", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", TargetCountry = "US", Purpose = "p", Start = TimeProvider.System.GetUtcNow(), Duration = "PT1H" });
        await service.SendToQueue<AccessValidated>("access.requests", forged, "operator", id);
        using var client = service.Client(Person.Operator);
        await Eventually.True(async () => await Listed(client, id) is not null, "the message is in the error queue");
        return id;
    }

    private static async Task<JsonElement?> Listed(HttpClient client, Guid id)
    {
        using var response = await client.GetAsync($"{Path}?limit=500");
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            // The broker is still making the queue.
            return null;
        }

        var items = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").EnumerateArray();
        return items.Where(item => item.GetProperty("id").GetString() == id.ToString()).Select(item => (JsonElement?)item).SingleOrDefault();
    }

    private List<string> Events(Guid id) =>
        [.. service.Heard.DistinctBy(heard => heard.MessageId).Where(heard => Names(heard.Body, id)).Select(heard => heard.Type)];

    private static bool Names(JsonElement body, Guid id) =>
        body.TryGetProperty("messageId", out var named) && named.GetString() == id.ToString();
}
