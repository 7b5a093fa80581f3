using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Sovereignty.AccessService.Notify;
using Sovereignty.Contracts.Access;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Notify;

[Collection(nameof(RunningAccessService))]
public sealed class NotificationTests(RunningAccessService service)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(31);

    private IHostedService Worker => service.Worker(nameof(DeliverNotifications));

    [Fact]
    public async Task The_requester_hears_of_the_decision_and_of_the_end()
    {
        await using var requester = await Receiver.Start(service, Person.Requester);
        var life = await Awaiting();
        await life.Command(Person.ApproverDe, "approve");
        await life.Command(Person.ComplianceOfficer, "revoke");

        var calls = await requester.Hears(life, 2);

        Assert.Equal([("grant-ended", "revoked"), ("request-decided", "approved")], calls.Select(call => (call.Kind, call.State)).Order());
        Assert.All(calls, call => Assert.True(call.IsSignedWith(requester.Secret)));
        var decided = calls.Single(call => call.Kind == "request-decided").Json;
        Assert.Equal(
            ["id", "kind", "occurredAt", "requestId", "tenantId", "state", "version", "dataId", "sourceRegion", "targetRegion", "message"],
            decided.EnumerateObject().Select(member => member.Name));
        Assert.Equal((life.DataId, "acme", 5), (decided.GetProperty("dataId").GetString(), decided.GetProperty("tenantId").GetString(), decided.GetProperty("version").GetInt32()));
        Assert.Equal(calls.Single(call => call.Kind == "request-decided").Id, decided.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Approvers_of_the_jurisdiction_alone_hear_of_a_request_and_then_who_else_need_not_decide()
    {
        await using var decider = await Receiver.Start(service, Person.ApproverDe);
        await using var colleague = await Receiver.Start(service, Person.DpoDe);
        await using var french = await Receiver.Start(service, Person.ApproverFr);
        await using var otherTenant = await Receiver.Start(service, Person.ApproverGlobex);
        var life = await Awaiting();

        Assert.Equal("request-awaiting-approval", (await decider.Hears(life))[0].Kind);
        Assert.Equal("request-awaiting-approval", (await colleague.Hears(life))[0].Kind);
        await life.Command(Person.ApproverDe, "reject");
        Assert.Equal([("request-awaiting-approval", "awaiting-approval"), ("request-settled", "denied")], (await colleague.Hears(life, 2)).Select(call => (call.Kind, call.State)));

        // The deliveries of one event are written in one transaction, so by now theirs would be there.
        Assert.Single(await decider.Log(life));
        Assert.Empty(await french.Log(life));
        Assert.Empty(await otherTenant.Log(life));
    }

    [Fact]
    public async Task A_webhook_hears_only_the_kinds_it_was_registered_for()
    {
        await using var everything = await Receiver.Start(service, Person.Requester);
        await using var endings = await Receiver.Start(service, Person.Requester, "grant-ended");
        var life = await Awaiting();
        await life.Command(Person.ApproverDe, "approve");
        await everything.Hears(life);
        await life.Command(Person.ComplianceOfficer, "revoke");

        Assert.Equal(["grant-ended"], (await endings.Hears(life)).Select(call => call.Kind));
        Assert.Single(await endings.Log(life));
    }

    [Fact]
    public async Task A_receiver_that_fails_twice_is_called_once_more_with_the_same_id()
    {
        await using var requester = await Receiver.Start(service, Person.Requester);
        requester.Answers.Enqueue(503);
        requester.Answers.Enqueue(500);
        var life = await Denied();

        var calls = await requester.Hears(life, 3);

        Assert.Single(calls.Select(call => call.Id).Distinct());
        Assert.All(calls, call => Assert.True(call.IsSignedWith(requester.Secret)));
        var delivery = await requester.Logs(life, IsDelivered, "it is delivered");
        Assert.Equal((3, 200), (delivery.GetProperty("attempts").GetInt32(), delivery.GetProperty("lastStatus").GetInt32()));
        Assert.Equal(JsonValueKind.Null, delivery.GetProperty("lastError").ValueKind);
    }

    [Fact]
    public async Task A_receiver_that_stays_away_is_called_again_later()
    {
        await using var requester = await Receiver.Start(service, Person.Requester);
        foreach (var status in new[] { 500, 500, 500 })
        {
            requester.Answers.Enqueue(status);
        }

        var life = await Denied();
        var waiting = await requester.Logs(life, delivery => delivery.GetProperty("attempts").GetInt32() == 3, "it was tried three times");
        Assert.Equal(("pending", "server-error", 500), (waiting.GetProperty("state").GetString(), waiting.GetProperty("lastError").GetString(), waiting.GetProperty("lastStatus").GetInt32()));
        Assert.InRange(waiting.GetProperty("nextAttemptAt").GetDateTimeOffset() - service.Time.GetUtcNow(), TimeSpan.Zero, FirstRetry);

        service.Time.Forward(FirstRetry);

        await requester.Logs(life, IsDelivered, "it is delivered");
        Assert.Single(requester.Calls(life).Select(call => call.Id).Distinct());
    }

    [Fact]
    public async Task A_receiver_that_hangs_holds_nobody_else_up()
    {
        await using var hung = await Receiver.Start(service, Person.Requester);
        await using var other = await Receiver.Start(service, Person.Requester);
        hung.Hangs = true;
        var first = await Denied();
        await hung.Hears(first);
        var second = await Denied();

        await other.Hears(first);
        await other.Hears(second);
        Assert.Empty(hung.Calls(second));

        var timedOut = await hung.Logs(first, delivery => delivery.GetProperty("attempts").GetInt32() > 0, "it was given up for now");
        Assert.Equal(("pending", "timed-out"), (timedOut.GetProperty("state").GetString(), timedOut.GetProperty("lastError").GetString()));
        hung.Hangs = false;
        await hung.Logs(second, delivery => delivery.GetProperty("attempts").GetInt32() > 0, "the next one was tried");
        service.Time.Forward(FirstRetry);
        await hung.Logs(first, IsDelivered, "it is delivered");
        await hung.Logs(second, IsDelivered, "it is delivered");
    }

    [Fact]
    public async Task What_was_not_delivered_before_a_stop_is_delivered_after_it()
    {
        await using var requester = await Receiver.Start(service, Person.Requester);
        await Worker.StopAsync(CancellationToken.None);
        var life = await Denied();
        await requester.Logs(life, _ => true, "the delivery is kept");
        Assert.Empty(requester.Calls(life));

        await service.Restart();

        Assert.True(Assert.Single(await requester.Hears(life)).IsSignedWith(requester.Secret));
        await requester.Logs(life, IsDelivered, "it is delivered");
    }

    [Fact]
    public async Task The_work_of_a_killed_instance_is_taken_over_when_its_lease_runs_out()
    {
        await using var requester = await Receiver.Start(service, Person.Requester);
        await using var other = await Receiver.Start(service, Person.Requester);
        await Worker.StopAsync(CancellationToken.None);
        var life = await Denied();
        await requester.Logs(life, _ => true, "the delivery is kept");
        var lease = TimeSpan.FromMinutes(5);
        await using (var connection = await service.Database.OpenConnectionAsync())
        {
            // As an instance leaves it that is killed between taking and posting.
            var taken = await DeliveryQueue.Take(connection, 100, lease, service.Time.GetUtcNow(), CancellationToken.None);
            var claim = taken.Single(claim => claim.WebhookId == other.WebhookId);
            Assert.Contains(taken, claim => claim.WebhookId == requester.WebhookId);
            await DeliveryQueue.Abandon(connection, claim, service.Time.GetUtcNow(), CancellationToken.None);
        }

        await service.Restart();
        await other.Hears(life);
        Assert.Empty(requester.Calls(life));

        service.Time.Forward(lease);

        await requester.Hears(life);
        await requester.Logs(life, IsDelivered, "it is delivered");
    }

    [Fact]
    public async Task What_a_killed_process_was_delivering_is_delivered_again()
    {
        await using var requester = await Receiver.Start(service, Person.Requester);
        requester.Hangs = true;
        await Worker.StopAsync(CancellationToken.None);
        var life = await Denied();
        await requester.Logs(life, _ => true, "the delivery is kept");

        // Due by the clock of another process too, which knows nothing of the time that tests put forward.
        await service.Execute($"UPDATE access.delivery SET next_attempt_at = '2000-01-01' WHERE request_id = '{life.Id}'");
        using (var process = service.StartProcess())
        {
            await requester.Hears(life);
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.Equal(0, Assert.Single(await requester.Log(life)).GetProperty("attempts").GetInt32());
        requester.Hangs = false;
        await service.Restart();
        service.Time.Forward(TimeSpan.FromMinutes(5));

        Assert.Single((await requester.Hears(life, 2)).Select(call => call.Id).Distinct());
        await requester.Logs(life, IsDelivered, "it is delivered");
    }

    [Fact]
    public async Task Instances_that_ask_at_once_get_each_webhook_once()
    {
        await using var one = await Receiver.Start(service, Person.Requester);
        await using var two = await Receiver.Start(service, Person.Requester);
        await using var three = await Receiver.Start(service, Person.Requester);
        await Worker.StopAsync(CancellationToken.None);
        var life = await Denied();
        await three.Logs(life, _ => true, "the deliveries are kept");
        var now = service.Time.GetUtcNow();

        var claims = (await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var connection = await service.Database.OpenConnectionAsync();
            return await DeliveryQueue.Take(connection, 2, TimeSpan.FromSeconds(1), now, CancellationToken.None);
        }))).SelectMany(taken => taken).ToList();

        Assert.Equal(claims.Count, claims.DistinctBy(claim => claim.WebhookId).Count());
        Assert.Superset(new HashSet<Guid>([one.WebhookId, two.WebhookId, three.WebhookId]), claims.Select(claim => claim.WebhookId).ToHashSet());
        await service.Restart();
        service.Time.Forward(TimeSpan.FromSeconds(1));
        await three.Logs(life, IsDelivered, "it is delivered");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var requester = await Receiver.Start(service, Person.Requester);
        await using var elsewhere = await Receiver.Start(service, Person.RequesterGlobex);
        requester.Location = elsewhere.Url;
        requester.Answers.Enqueue(307);
        var life = await Denied();

        var delivery = await requester.Logs(life, delivery => delivery.GetProperty("attempts").GetInt32() == 1, "it was tried");

        Assert.Equal(("pending", "redirect-refused", 307), (delivery.GetProperty("state").GetString(), delivery.GetProperty("lastError").GetString(), delivery.GetProperty("lastStatus").GetInt32()));
        Assert.Empty(elsewhere.Calls(life));
    }

    [Fact]
    public async Task A_name_that_means_a_private_address_is_refused_when_it_is_called()
    {
        await using var requester = await Receiver.Start(service, Person.Requester);
        var life = await Denied();
        var body = (await requester.Hears(life))[0].Body;
        var key = Convert.ToBase64String(new byte[32]);
        var url = requester.Url.Replace("127.0.0.1", "localhost");

        using var closed = new WebhookClient(new() { MasterKey = key }, WebhookSecrets.Parse(key), service.Time);
        Assert.Equal((new Outcome(null, "address-refused"), 1), await closed.Post(Guid.NewGuid(), url, Guid.NewGuid(), body, CancellationToken.None));
        Assert.Single(requester.Calls(life));

        using var open = new WebhookClient(new() { MasterKey = key, AllowPrivateNetworks = true }, WebhookSecrets.Parse(key), service.Time);
        Assert.Equal((new Outcome(200, null), 1), await open.Post(Guid.NewGuid(), url, Guid.NewGuid(), body, CancellationToken.None));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_called_no_more()
    {
        await using var requester = await Receiver.Start(service, Person.Requester);
        requester.Answers.Enqueue(410);
        var life = await Denied();

        var delivery = await requester.Logs(life, delivery => delivery.GetProperty("state").GetString() == "failed", "it failed");

        Assert.Equal("webhook-gone", delivery.GetProperty("lastError").GetString());
        var webhook = await service.Client(Person.Requester).GetFromJsonAsync<JsonElement>($"/access/webhooks/{requester.WebhookId}");
        Assert.Equal(JsonValueKind.String, webhook.GetProperty("disabledAt").ValueKind);
        var redelivery = await Redeliver(requester, delivery, Person.Requester);
        Assert.Equal(HttpStatusCode.Conflict, redelivery.StatusCode);

        await using var fence = await Receiver.Start(service, Person.Requester);
        var next = await Denied();
        await fence.Hears(next);
        Assert.Empty(await requester.Log(next));
    }

    [Fact]
    public async Task A_delivery_is_repeated_on_demand_with_the_same_id()
    {
        await using var requester = await Receiver.Start(service, Person.Requester);
        var life = await Denied();
        var delivery = await requester.Logs(life, IsDelivered, "it is delivered");

        Assert.Equal(HttpStatusCode.Accepted, (await Redeliver(requester, delivery, Person.Requester)).StatusCode);

        var calls = await requester.Hears(life, 2);
        Assert.Equal(delivery.GetProperty("deliveryId").GetString(), Assert.Single(calls.Select(call => call.Id).Distinct()));
        await requester.Logs(life, again => IsDelivered(again) && again.GetProperty("attempts").GetInt32() == 2, "it is delivered twice");
    }

    [Fact]
    public async Task An_event_that_comes_twice_is_told_once()
    {
        await using var requester = await Receiver.Start(service, Person.Requester);
        await using var fence = await Receiver.Start(service, Person.ApproverDe);
        var life = await Awaiting();
        await fence.Hears(life);
        var (messageId, lapsed) = (Guid.NewGuid(), new AccessLapsed
        {
            OccurredAt = service.Time.GetUtcNow(),
            TenantId = "acme",
            Actor = Service.Actor,
            RequestId = life.Id,
            Version = 4,
            DataId = life.DataId,
            SourceRegion = "eu-central-1",
            TargetRegion = "us-east-1",
            LapsedAt = service.Time.GetUtcNow(),
        });
        await service.SendToQueue("access.notifications", lapsed, "access-service", messageId);
        await service.SendToQueue("access.notifications", lapsed, "access-service", messageId);
        await requester.Hears(life);

        await life.Command(Person.DpoDe, "reject");

        Assert.Equal(["denied", "lapsed"], (await requester.Hears(life, 2)).Select(call => call.State).Order());
        Assert.Equal(2, (await requester.Log(life)).Count);
    }

    private static bool IsDelivered(JsonElement delivery) => delivery.GetProperty("state").GetString() == "delivered";

    private Task<HttpResponseMessage> Redeliver(Receiver receiver, JsonElement delivery, Person person) =>
        service.Client(person).PostAsync($"/access/webhooks/{receiver.WebhookId}/deliveries/{delivery.GetProperty("deliveryId").GetString()}/redeliver", null);

    private async Task<Life> Awaiting()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");
        return life;
    }

    private async Task<Life> Denied()
    {
        var life = await Awaiting();
        await life.Command(Person.DpoDe, "reject");
        return life;
    }
}
