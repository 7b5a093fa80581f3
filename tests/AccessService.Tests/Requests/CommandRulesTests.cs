using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using static Sovereignty.AccessService.Tests.Requests.Given;

namespace Sovereignty.AccessService.Tests.Requests;

public sealed class CommandRulesTests
{
    [Theory]
    [InlineData(States.AwaitingApproval)]
    [InlineData(States.Active)]
    [InlineData(States.Ended)]
    public void An_approver_who_says_the_same_again_changes_nothing(string state) =>
        Assert.Equal(Judgement.Repeats, Judge(Voted(state), Command("approve", Approver, "before")));

    [Theory]
    [InlineData("approve", "another reason", null)]
    [InlineData("reject", "before", null)]
    [InlineData("approve", "before", 1)]
    public void An_approver_who_says_something_else_is_refused(string command, string reason, int? hours) =>
        Assert.Equal(
            AccessCodes.AlreadyVoted,
            Judge(Voted(States.AwaitingApproval), Command(command, Approver, reason, hours is { } h ? TimeSpan.FromHours(h) : null)).Code);

    [Fact]
    public void Another_issuers_person_of_the_same_name_has_not_voted() =>
        Assert.Equal(Judgement.Yes, Judge(Voted(States.AwaitingApproval), Command("approve", Approver with { Issuer = "https://other.test" }, "before")));

    [Theory]
    [InlineData(States.Withdrawn, "withdraw")]
    [InlineData(States.GivenBack, "give-back")]
    public void A_requester_who_ends_it_once_more_for_the_same_reason_changes_nothing(string state, string command)
    {
        var request = Request(state, routing: Routed, grant: Grant(), ending: Ending(Requester));
        Assert.Equal(Judgement.Repeats, Judge(request, Command(command, Requester, "before")));
        Assert.Equal(AccessCodes.AlreadyDecided, Judge(request, Command(command, Requester, "another reason")).Code);
    }

    [Theory]
    [InlineData(States.Revoked)]
    [InlineData(States.Denied)]
    public void Who_revokes_once_more_for_the_same_reason_changes_nothing(string state)
    {
        var request = Request(state, routing: Routed, grant: state == States.Revoked ? Grant() : null, ending: Ending(Approver));
        Assert.Equal(Judgement.Repeats, Judge(request, Command("revoke", Approver, "before")));
        Assert.Equal(AccessCodes.AlreadyDecided, Judge(request, Command("revoke", Approver, "another reason")).Code);
        Assert.Equal(AccessCodes.AlreadyDecided, Judge(request, Command("revoke", OtherApprover, "before")).Code);
    }

    [Fact]
    public void The_loser_of_a_race_learns_by_whom_and_when_it_was_decided()
    {
        var judgement = Judge(Request(States.Denied, routing: Routed, ending: Ending(OtherApprover)), Command("approve", Approver));
        Assert.Contains(OtherApprover.Subject, judgement.Reason, StringComparison.Ordinal);
        Assert.Contains("2026-01-15 11:50:00Z", judgement.Reason, StringComparison.Ordinal);

        judgement = Judge(Request(States.Active, routing: Routed, grant: Grant(), votes: Vote(OtherApprover)), Command("approve", Approver));
        Assert.Contains(OtherApprover.Subject, judgement.Reason, StringComparison.Ordinal);
        Assert.Contains("2026-01-15 11:30:00Z", judgement.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_requester_who_is_an_approver_too_cannot_decide_on_the_own_request() =>
        Assert.Equal(
            AccessCodes.SelfApproval,
            Judge(Request(routing: Routed), Command("approve", Requester with { Roles = ["requester", "approver"], Country = "DE" })).Code);

    [Fact]
    public void An_approver_of_the_platform_without_a_country_belongs_to_no_jurisdiction()
    {
        var nowhere = Approver with { Country = null };
        Assert.Equal(AccessCodes.WrongJurisdiction, Judge(Request(routing: Routed), Command("approve", nowhere)).Code);
        Assert.Equal(AccessCodes.WrongJurisdiction, Judge(Request(routing: Routed), Command("revoke", nowhere)).Code);
        Assert.Equal(AccessCodes.WrongJurisdiction, Judge(Request(States.Validating), Command("revoke", nowhere)).Code);
    }

    [Theory]
    [InlineData("approver")]
    [InlineData("dpo")]
    [InlineData("policy-admin")]
    [InlineData("")]
    public void An_empty_list_of_roles_means_nobody(string role) =>
        Assert.Equal(AccessCodes.RoleMissing, Judge(Request(routing: RoutedTo(1)), Command("approve", Person("somebody", "DE", role))).Code);

    [Fact]
    public void A_role_that_the_routing_does_not_name_does_not_decide() =>
        Assert.Equal(AccessCodes.RoleMissing, Judge(Request(routing: RoutedTo(1, "dpo")), Command("approve", Approver)).Code);

    [Fact]
    public void An_approver_may_shorten_the_duration_and_not_extend_it()
    {
        Assert.Equal(Judgement.Yes, Judge(Request(routing: Routed), Command("approve", Approver, duration: Asked - TimeSpan.FromHours(1))));
        Assert.Equal(Judgement.Yes, Judge(Request(routing: Routed), Command("approve", Approver, duration: Asked)));
        Assert.Equal(AccessCodes.DurationExtended, Judge(Request(routing: Routed), Command("approve", Approver, duration: Asked + TimeSpan.FromTicks(1))).Code);
    }

    [Fact]
    public void Nothing_is_approved_once_the_mechanism_has_ended_but_it_can_be_rejected()
    {
        var request = Request(routing: Routed, mechanismUntil: Now);
        Assert.Equal(AccessCodes.MechanismInvalid, Judge(request, Command("approve", Approver)).Code);
        Assert.Equal(Judgement.Yes, Judge(request, Command("reject", Approver)));
    }

    [Fact]
    public void A_late_approval_meets_a_lapsed_request()
    {
        var request = Request(routing: Routed, lapsesAt: Now);
        Assert.Equal(Judgement.Yes, CommandRules.Judge(request, Command("approve", Approver), Data(), Now.AddTicks(-1)));
        Assert.Equal(AccessCodes.Lapsed, Judge(request, Command("approve", Approver)).Code);
    }

    [Theory]
    [InlineData(States.Submitted)]
    [InlineData(States.Validating)]
    [InlineData(States.AwaitingApproval)]
    [InlineData(States.Scheduled)]
    [InlineData(States.Active)]
    [InlineData(States.Suspended)]
    public void Revoking_depends_on_neither_mechanism_nor_routing(string state)
    {
        var request = Request(state, mechanismUntil: Now.AddDays(-1), grant: States.Granted.Contains(state) ? Grant() : null);
        Assert.Equal(Judgement.Yes, Judge(request, Command("revoke", Person("officer", null, "compliance-officer"))));
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("reject")]
    [InlineData("revoke")]
    public void Who_is_not_active_in_the_directory_decides_nothing_whatever_the_token_says(string command)
    {
        var request = Request(routing: Routed);
        Assert.Equal(Judgement.Yes, CommandRules.Judge(request, Command(command, Approver), Data(), Now));

        var (absent, inactive, demoted) = (
            Data() with { People = [] },
            Data() with { People = [Standing([Approver]) with { Active = false }] },
            Data() with { People = [Standing([Approver]) with { Roles = ["requester"] }] });
        Assert.Equal(AccessCodes.StandingMissing, CommandRules.Judge(request, Command(command, Approver), absent, Now).Code);
        Assert.Equal(AccessCodes.StandingMissing, CommandRules.Judge(request, Command(command, Approver), inactive, Now).Code);
        Assert.NotEqual(Judgement.Yes, CommandRules.Judge(request, Command(command, Approver), demoted, Now));
    }

    [Fact]
    public void What_the_directory_says_counts_as_far_as_the_token_says_it_too() =>
        Assert.Equal(
            AccessCodes.RoleMissing,
            CommandRules.Judge(
                Request(routing: RoutedTo(1, "dpo")),
                Command("approve", Approver),
                Data() with { People = [Standing([Approver]) with { Roles = ["approver", "dpo"] }] },
                Now).Code);

    [Fact]
    public void A_jurisdiction_is_that_of_the_directory_wherever_the_person_lives()
    {
        var abroad = Approver with { Country = "AT" };
        Assert.Equal(Judgement.Yes, CommandRules.Judge(Request(routing: Routed), Command("approve", abroad), Data(), Now));
    }

    [Fact]
    public void A_named_person_decides_beside_the_roles_and_nobody_else_of_the_same_role()
    {
        var request = Request(routing: RoutedTo(new ApprovalStage { Name = "Owner", People = [OtherApprover.Subject], Quorum = 1 }));
        Assert.Equal(Judgement.Yes, Judge(request, Command("approve", OtherApprover)));
        Assert.Equal(AccessCodes.RoleMissing, Judge(request, Command("approve", Approver)).Code);
    }

    [Fact]
    public void Nothing_is_approved_for_a_requester_who_lost_their_standing_but_it_can_be_rejected()
    {
        var data = Data() with { People = [.. Data().People, Standing([Requester]) with { Active = false }] };
        Assert.Equal(AccessCodes.StandingMissing, CommandRules.Judge(Request(routing: Routed), Command("approve", Approver), data, Now).Code);
        Assert.Equal(Judgement.Yes, CommandRules.Judge(Request(routing: Routed), Command("reject", Approver), data, Now));
    }

    [Fact]
    public void Who_has_decided_in_one_stage_does_not_decide_in_the_next()
    {
        var stages = RoutedTo(new ApprovalStage { Name = "First", Roles = ["approver"], Quorum = 1 }, new ApprovalStage { Name = "Second", Roles = ["approver"], Quorum = 1 });
        var request = Request(routing: stages with { Stage = 1, VotesBefore = 1 }, votes: Vote(Approver));
        Assert.Equal(AccessCodes.AlreadyVoted, Judge(request, Command("approve", Approver)).Code);
        Assert.Equal(Judgement.Yes, Judge(request, Command("approve", OtherApprover)));
    }

    private static AccessRequest Voted(string state) => Request(
        state,
        routing: RoutedTo(2, "approver", "dpo"),
        grant: state == States.AwaitingApproval ? null : Grant(),
        ending: state == States.Ended ? Ending(Service.Actor) : null,
        votes: Vote(Approver));

    // The directory knows people as their tokens show them: whoever has several, and the newest first.
    private static Judgement Judge(AccessRequest request, IAccessCommand command) =>
        CommandRules.Judge(request, command, new(Data().Rules, [Standing([command.Actor]), .. Data().People], 0), Now);
}
