using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;

namespace Sovereignty.AccessService.Tests.Notify;

/// <summary>Who hears of stages, alarms, and of what becomes of a grant.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class StageNotificationTests(RunningAccessService service)
{
    [Fact]
    public async Task Each_stage_calls_those_who_may_decide_in_it()
    {
        await service.Rule(
            ClassificationLevel.Content,
            new ApprovalStage { Name = "First", Roles = ["approver"], Quorum = 1 },
            new ApprovalStage { Name = "Second", People = [Person.LegalDe.Subject], Quorum = 1 });
        await using var approver = await Receiver.Start(service, Person.ApproverDe);
        await using var dpo = await Receiver.Start(service, Person.DpoDe);
        await using var legal = await Receiver.Start(service, Person.LegalDe);
        var life = await Awaiting("DE", ClassificationLevel.Content);
        await approver.Hears(life);
        Assert.Empty(await legal.Log(life));

        await life.Command(Person.ApproverDe, "approve");

        Assert.Equal("request-awaiting-approval", Assert.Single(await legal.Hears(life)).Kind);
        await life.Command(Person.LegalDe, "approve");
        Assert.Equal(["request-awaiting-approval", "request-settled"], (await approver.Hears(life, 2)).Select(call => call.Kind));
        Assert.Empty(await dpo.Log(life));
    }

    [Fact]
    public async Task Those_who_have_not_decided_are_reminded_and_compliance_officers_told_when_it_waits_too_long()
    {
        await service.Rule(ClassificationLevel.Content, new ApprovalStage { Name = "Two", Roles = ["approver", "dpo"], Quorum = 2 });
        await using var voter = await Receiver.Start(service, Person.ApproverDe, "request-reminder", "request-escalated");
        await using var colleague = await Receiver.Start(service, Person.DpoDe, "request-reminder", "request-escalated");
        await using var officer = await Receiver.Start(service, Person.ComplianceOfficer);
        var life = await Awaiting("DE", ClassificationLevel.Content);
        await life.Command(Person.ApproverDe, "approve");

        service.Time.Forward(TimeSpan.FromDays(1));
        Assert.Equal("request-reminder", Assert.Single(await colleague.Hears(life)).Kind);
        Assert.Empty(await officer.Log(life));

        service.Time.Forward(TimeSpan.FromDays(2));
        Assert.Equal("request-escalated", Assert.Single(await officer.Hears(life)).Kind);
        Assert.Empty(await voter.Log(life));
        await life.Command(Person.DpoDe, "reject");
    }

    [Fact]
    public async Task Compliance_officers_hear_when_nobody_is_left_and_the_newly_appointed_that_it_waits_for_them()
    {
        var (only, next) = (new Person($"only-{Guid.NewGuid():N}", "acme", "PT", "approver"), new Person($"next-{Guid.NewGuid():N}", "acme", "PT", "approver"));
        await service.Changes(only);
        await using var officer = await Receiver.Start(service, Person.ComplianceOfficer);
        await using var appointed = await Receiver.Start(service, next);
        var life = await Awaiting("PT");

        await service.Changes(only, active: false);
        Assert.Equal("request-stalled", Assert.Single(await officer.Hears(life)).Kind);
        Assert.Empty(await appointed.Log(life));

        await service.Changes(next);
        Assert.Equal("request-awaiting-approval", Assert.Single(await appointed.Hears(life)).Kind);
    }

    [Fact]
    public async Task The_requester_hears_that_a_grant_is_suspended_and_holds_again()
    {
        await using var requester = await Receiver.Start(service, Person.Requester, "grant-suspended", "grant-resumed");
        var life = await Awaiting("DE");
        await life.Command(Person.ApproverDe, "approve");
        service.Policies[life.DataId] = question => Answers.Restricted(question) with { Permitted = false, Code = AccessCodes.RegionClosed, Reason = "Closed." };
        await service.ReviewAll();
        Assert.Equal(("grant-suspended", "suspended"), Summary(Assert.Single(await requester.Hears(life))));

        service.Policies[life.DataId] = Answers.Restricted;
        await service.ReviewAll();
        Assert.Equal(("grant-resumed", "approved"), Summary((await requester.Hears(life, 2))[1]));
    }

    private static (string Kind, string State) Summary(Call call) => (call.Kind, call.State);

    private async Task<Life> Awaiting(string country, ClassificationLevel level = ClassificationLevel.Identity)
    {
        var data = $"data-{Guid.NewGuid():N}";
        service.Policies[data] = question => Answers.Restricted(question) with { SourceCountry = country, Classification = level };
        var life = await Life.Submit(service, data);
        await life.Reaches("awaiting-approval");
        return life;
    }
}
