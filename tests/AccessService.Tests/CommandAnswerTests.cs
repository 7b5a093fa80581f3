using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Tests;

/// <summary>What was answered to a command stays the answer for who sent it, whatever they see by now.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class CommandAnswerTests(RunningAccessService service)
{
    [Fact]
    public async Task Who_no_longer_sees_the_request_learns_that_it_was_carried_out_and_nothing_of_it()
    {
        var approver = await Approver();
        var life = await Awaiting();
        Assert.Equal(HttpStatusCode.OK, (await life.Send(approver, "approve", key: "carried-out")).StatusCode);
        await service.Stands(approver with { Country = "FR" });

        var again = await life.Send(approver, "approve", key: "carried-out");

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        var body = await again.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(["requestId", "version"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal(life.Id, body.GetProperty("requestId").GetGuid());
    }

    [Fact]
    public async Task Who_no_longer_sees_the_request_learns_why_it_was_refused_and_nothing_of_it()
    {
        var approver = await Approver();
        var life = await Awaiting();
        await life.Command(Person.ApproverDe, "approve");
        Assert.Equal(HttpStatusCode.Conflict, (await life.Send(approver, "approve", key: "refused")).StatusCode);
        await service.Stands(approver with { Country = "FR" });

        var again = await life.Send(approver, "approve", key: "refused");

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        var body = await again.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(AccessCodes.AlreadyDecided, body.GetProperty("code").GetString());
        Assert.All(["requestId", "state", "version", "decidedBy", "decidedAt"], name => Assert.False(body.TryGetProperty(name, out _)));
        Assert.DoesNotContain(Person.ApproverDe.Subject, body.ToString(), StringComparison.Ordinal);
    }

    private async Task<Person> Approver()
    {
        var approver = new Person($"approver-{Guid.NewGuid():N}", "acme", "DE", "approver");
        await service.Stands(approver);
        return approver;
    }

    private async Task<Life> Awaiting()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");
        return life;
    }
}
