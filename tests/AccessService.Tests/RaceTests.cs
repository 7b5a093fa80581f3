using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests;

/// <summary>Invariant 1, exactly one end under any interleaving; each guard with a control that leaves it out and shows the damage.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class RaceTests(RunningAccessService service)
{
    private const int Requests = 30;
    private const int RoundsOfControl = 10;

    [Fact]
    public async Task Two_approvals_at_once_make_one_grant()
    {
        var lives = await Race(life => [life.Send(Person.ApproverDe, "approve"), life.Send(Person.ApproverDe2, "approve"), life.Send(Person.DpoDe, "approve")]);
        foreach (var life in lives)
        {
            await Transitions.Eventually(service, life.Id);
            Assert.Single(service.EventsOf(life.Id), heard => heard.Type == nameof(AccessGranted));
        }
    }

    [Fact]
    public async Task Approve_against_revoke_and_withdraw_ends_in_one_of_them()
    {
        var lives = await Race(life => [life.Send(Person.ApproverDe, "approve"), life.Send(Person.ComplianceOfficer, "revoke"), life.Send(Person.Requester, "withdraw")]);
        foreach (var life in lives)
        {
            await Transitions.Eventually(service, life.Id);
            Assert.Contains((await life.Get()).GetProperty("state").GetString(), new[] { "denied", "withdrawn", "revoked" });
        }
    }

    [Fact]
    public async Task Approve_against_lapse_ends_in_one_of_them()
    {
        var sweeper = service.Worker("DeadlineSweeper");
        await sweeper.StopAsync(CancellationToken.None);
        var lives = await Submit(duration: "PT1H", start: service.Time.GetUtcNow());
        var lapsesAt = DateTimeOffset.MinValue;
        foreach (var life in lives)
        {
            lapsesAt = (await life.Get()).GetProperty("lapsesAt").GetDateTimeOffset();
        }

        // The moment of the lapse passes while the approvals are on their way and the sweeper comes back.
        service.Time.Forward(lapsesAt - service.Time.GetUtcNow() - TimeSpan.FromMilliseconds(20));
        await Task.WhenAll([sweeper.StartAsync(CancellationToken.None), .. lives.Select(life => life.Send(Person.ApproverDe, "approve"))]);

        foreach (var life in lives)
        {
            await Transitions.Eventually(service, life.Id);
            Assert.Contains((await life.Get()).GetProperty("state").GetString(), new[] { "lapsed", "ended" });
        }
    }

    /// <summary>The control of the three above.</summary>
    [Fact]
    public async Task Without_the_row_lock_commands_that_arrive_together_tear_a_request()
    {
        await service.Restart(services => services.Replace(ServiceDescriptor.Singleton(new SagaTable<AccessRequest>("access.request") { Guards = false })));
        try
        {
            var torn = 0;
            for (var round = 0; round < RoundsOfControl && torn == 0; round++)
            {
                var lives = await Race(life => [life.Send(Person.ApproverDe, "approve"), life.Send(Person.ApproverDe2, "approve"), life.Send(Person.ComplianceOfficer, "revoke")]);
                await Eventually.True(() => Outbox("SELECT count(*) FROM messaging.outbox"), "all events are out");
                torn = lives.Count(life => Transitions.AreTorn(service, life.Id));
            }

            Assert.True(torn > 0, "The lock is left out and nothing is torn: the race tests prove nothing.");
        }
        finally
        {
            await service.Restart();
        }
    }

    [Theory]
    [InlineData("begin")]
    [InlineData("validated")]
    [InlineData("approve")]
    [InlineData("reject")]
    [InlineData("withdraw")]
    [InlineData("revoke")]
    [InlineData("give-back")]
    [InlineData("lapse")]
    [InlineData("end")]
    [InlineData("approve over the broker")]
    public async Task A_message_that_comes_twice_is_taken_once(string message)
    {
        var life = await Life.Submit(service, message == "validated" ? Silent() : null);
        await life.Reaches(message == "validated" ? "validating" : "awaiting-approval");
        if (message is "give-back" or "end")
        {
            await life.Command(Person.ApproverDe, "approve");
        }

        var send = Sender(message, life, await life.Get());
        var id = Guid.NewGuid();
        await send(id);
        await send(id);
        await send(id);
        await Settled();
        var once = service.EventsOf(life.Id).Count(heard => heard.Type is nameof(AccessCommandRepeated) or nameof(AccessCommandRefused));
        Assert.Equal(0, once);
        await Transitions.Eventually(service, life.Id);

        // The control: a command under another message id gets past the inbox, and is seen to.
        if (message is "approve" or "reject" or "withdraw" or "revoke" or "give-back" or "approve over the broker")
        {
            await send(Guid.NewGuid());
            await Eventually.True(
                () => service.EventsOf(life.Id).Any(heard => heard.Type is nameof(AccessCommandRepeated) or nameof(AccessCommandRefused)), "the command is answered once more");
        }
    }

    private Func<Guid, Task> Sender(string message, Life life, JsonElement view)
    {
        var (request, actor, officer) = (life.Id, Person.ApproverDe.Actor, Person.ComplianceOfficer.Actor);
        var command = Guid.NewGuid();
        var proof = service.Proof(Person.ApproverDe, request, "approve");
        return message switch
        {
            "begin" => id => Send(new BeginAccess(request), id),
            "validated" => id => service.SendToQueue(Service.RequestQueue, Answers.Restricted(new ValidateAccess
            {
                RequestId = request, Attempt = 1, TenantId = "acme", DataId = life.DataId, SourceRegion = "eu-central-1", TargetRegion = "us-east-1",
                TargetCountry = "US", Purpose = "customer-support", Start = service.Time.GetUtcNow(), Duration = "PT8H",
            }), "access-service", id),
            "approve" => id => Send(new DecideAccess(request, command, actor, "yes", ApprovalDecision.Approve, null), id),
            "reject" => id => Send(new DecideAccess(request, command, actor, "no", ApprovalDecision.Deny, null), id),
            "withdraw" => id => Send(new WithdrawAccess(request, command, Person.Requester.Actor, "no need"), id),
            "revoke" => id => Send(new RevokeAccess(request, command, officer, "no"), id),
            "give-back" => id => Send(new GiveBackAccess(request, command, Person.Requester.Actor, "done"), id),
            "lapse" => id => Send(Deadline("lapse", view.GetProperty("lapsesAt").GetDateTimeOffset()), id),
            "end" => id => Send(Deadline("end", view.GetProperty("grant").GetProperty("endsAt").GetDateTimeOffset()), id),
            _ => id => service.Publish(new ApproveAccess { RequestId = request, Reason = "yes", Proof = proof }, messageId: id),
        };

        Task Send<T>(T sent, Guid id) => service.SendToQueue(Service.RequestQueue, sent, "access-service", id);

        DeadlineReached Deadline(string kind, DateTimeOffset due) => new() { CorrelationId = request, Kind = kind, Version = 1, DueAt = due };
    }

    private string Silent()
    {
        var data = $"silent-{Guid.NewGuid():N}";
        service.Policies[data] = _ => null;
        return data;
    }

    private async Task<IReadOnlyList<Life>> Race(Func<Life, Task<HttpResponseMessage>[]> commands)
    {
        var lives = await Submit();
        await Task.WhenAll(lives.SelectMany(commands));
        return lives;
    }

    private async Task<IReadOnlyList<Life>> Submit(string duration = "PT8H", DateTimeOffset? start = null)
    {
        var lives = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => Life.Submit(service, duration: duration, start: start)));
        foreach (var life in lives)
        {
            await life.Reaches("awaiting-approval");
        }

        return lives;
    }

    private async Task Settled()
    {
        await Eventually.True(() => Empty("access.requests"), "the queue is empty");
        await Eventually.True(() => Empty("access.decisions"), "the queue is empty");
        await Eventually.True(() => Empty("access.requests"), "the queue is empty");
        await Eventually.True(() => Outbox("SELECT count(*) FROM messaging.outbox"), "all events are out");
    }

    private async Task<bool> Empty(string queue) => await service.Waiting(queue) == 0;

    private async Task<bool> Outbox(string sql) => await service.Query<long>(sql) == 0;
}
