using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Sovereignty.AccessService.Tests.Notify;

[Collection(nameof(RunningAccessService))]
public sealed class WebhookEndpointTests(RunningAccessService service)
{
    private static readonly Person Owner = new("owner-of-webhooks", "acme", "DE", "approver");

    [Fact]
    public async Task The_secret_is_shown_once_and_stored_nowhere()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/access/webhooks") { Content = JsonContent.Create(new { url = "https://hooks.example.com/once", kinds = new[] { "grant-ended", "grant-ended" } }) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        var response = await service.Client(Owner).SendAsync(request);
        var registered = await response.Content.ReadFromJsonAsync<JsonElement>();
        var id = registered.GetProperty("webhookId").GetString();

        Assert.Equal((HttpStatusCode.Created, $"/access/webhooks/{id}"), (response.StatusCode, response.Headers.Location!.ToString()));
        Assert.Equal("grant-ended", Assert.Single(registered.GetProperty("kinds").EnumerateArray()).GetString());
        Assert.Equal(0, await service.Query<long>("SELECT count(*) FROM messaging.idempotency WHERE convert_from(body, 'UTF8') LIKE '%whsec%'"));
        var read = await service.Client(Owner).GetFromJsonAsync<JsonElement>($"/access/webhooks/{id}");
        Assert.False(read.TryGetProperty("secret", out _));
        var listed = await service.Client(Owner).GetFromJsonAsync<JsonElement>("/access/webhooks");
        Assert.Equal(read.ToString(), Assert.Single(listed.GetProperty("items").EnumerateArray()).ToString());

        Assert.Equal(HttpStatusCode.NoContent, (await service.Client(Owner).DeleteAsync($"/access/webhooks/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Client(Owner).GetAsync($"/access/webhooks/{id}")).StatusCode);
    }

    [Fact]
    public async Task Another_persons_webhook_is_not_there()
    {
        await using var receiver = await Receiver.Start(service, Owner);
        var path = $"/access/webhooks/{receiver.WebhookId}";
        foreach (var person in new[] { Person.ComplianceOfficer, Person.ApproverDe, Owner with { Tenant = "globex" }, Person.Operator })
        {
            var client = service.Client(person);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"{path}/deliveries")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"{path}/deliveries/{Guid.NewGuid()}/redeliver", null)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync(path)).StatusCode);
            var list = await client.GetFromJsonAsync<JsonElement>("/access/webhooks");
            Assert.DoesNotContain(list.GetProperty("items").EnumerateArray(), item => item.GetProperty("webhookId").GetGuid() == receiver.WebhookId);
        }

        Assert.Equal(HttpStatusCode.OK, (await service.Client(Owner).GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task Nobody_reads_another_tenants_rows_even_without_the_condition_on_the_owner()
    {
        await using var receiver = await Receiver.Start(service, Owner);

        Assert.Equal(0, await Count("globex"));
        Assert.Equal(1, await Count("acme"));

        async Task<long> Count(string tenant)
        {
            await using var connection = await service.Database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = $"SET LOCAL ROLE access; SET LOCAL sovereignty.tenant = '{tenant}'; SELECT count(*) FROM access.webhook WHERE webhook_id = '{receiver.WebhookId}'";
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    [Theory]
    [InlineData("""{"url": "not an address"}""", 422, "input-invalid")]
    [InlineData("""{"url": "https://user:password@hooks.example.com"}""", 422, "input-invalid")]
    [InlineData("""{"url": "https://hooks.example.com#fragment"}""", 422, "input-invalid")]
    [InlineData("""{"url": "https://hooks.example.com", "kinds": []}""", 422, "input-invalid")]
    [InlineData("""{"url": "https://hooks.example.com", "kinds": ["everything"]}""", 400, "body-invalid")]
    [InlineData("""{"url": "https://hooks.example.com", "secret": "mine"}""", 400, "body-invalid")]
    [InlineData("{}", 400, "body-invalid")]
    public async Task Wrong_bodies_are_refused(string body, int status, string code)
    {
        var response = await service.Client(Owner).PostAsync("/access/webhooks", new StringContent(body, null, "application/json"));

        Assert.Equal((status, code), ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Local_addresses_are_refused_where_they_are_not_allowed()
    {
        await service.Restart(settings: new Dictionary<string, string?> { ["Notify:AllowPrivateNetworks"] = "false" });
        try
        {
            await Refused(Owner, "https://127.0.0.1/", 422, "input-invalid");
            await Refused(Owner, "http://hooks.example.com/", 422, "input-invalid");
        }
        finally
        {
            await service.Restart();
        }
    }

    [Fact]
    public async Task Without_a_master_key_webhooks_are_not_supported()
    {
        await service.Restart(settings: new Dictionary<string, string?> { ["Notify:MasterKey"] = "" });
        try
        {
            await Refused(Owner, "https://hooks.example.com/", 501, "not-supported");
            Assert.Equal(HttpStatusCode.NotImplemented, (await service.Client(Owner).GetAsync("/access/webhooks")).StatusCode);
            Assert.Equal(HttpStatusCode.NotImplemented, (await service.Client(Owner).GetAsync($"/access/webhooks/{Guid.NewGuid()}/deliveries")).StatusCode);
        }
        finally
        {
            await service.Restart();
        }
    }

    [Fact]
    public async Task Platform_staff_have_no_webhooks() => await Refused(Person.PolicyAdmin, "https://hooks.example.com/", 403, "tenant-missing");

    [Fact]
    public async Task A_person_has_ten_webhooks_at_most_even_when_registered_at_once()
    {
        var person = Owner with { Subject = "collector" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 14).Select(number =>
            service.Client(person).PostAsJsonAsync("/access/webhooks", new { url = $"https://hooks.example.com/{number}" })));

        Assert.Equal(10, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(4, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        var kept = await service.Client(person).GetFromJsonAsync<JsonElement>("/access/webhooks");
        await Refused(person, kept.GetProperty("items")[0].GetProperty("url").GetString()!, 409, "webhook-exists");
        await Refused(person, "https://hooks.example.com/one-more", 409, "too-many-webhooks");
    }

    [Fact]
    public async Task The_log_of_deliveries_is_paged_newest_first()
    {
        await using var receiver = await Receiver.Start(service, Person.Requester);
        var lives = new List<Life>();
        for (var number = 0; number < 3; number++)
        {
            var life = await Life.Submit(service);
            await life.Reaches("awaiting-approval");
            await life.Command(Person.DpoDe, "reject");
            await receiver.Hears(life);
            lives.Add(life);
        }

        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await service.Client(Person.Requester).GetFromJsonAsync<JsonElement>($"/access/webhooks/{receiver.WebhookId}/deliveries?limit=2&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("requestId").GetGuid()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(lives.Select(life => life.Id).Reverse(), seen);
    }

    private async Task Refused(Person person, string url, int status, string code)
    {
        var response = await service.Client(person).PostAsJsonAsync("/access/webhooks", new { url });
        Assert.Equal((status, code), ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()));
    }
}
