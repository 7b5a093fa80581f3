using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using static Sovereignty.AccessService.Tests.Requests.Given;

namespace Sovereignty.AccessService.Tests.Requests;

public sealed class AssessmentTests
{
    [Theory]
    [InlineData(CrossBorderRule.Allowed)]
    [InlineData(CrossBorderRule.AllowedWithLogging)]
    [InlineData(CrossBorderRule.Restricted)]
    public void What_the_policy_refuses_is_refused_with_its_code_and_reason(CrossBorderRule rule)
    {
        var refusal = Assessment.Refusal(Request(routing: Routed), Answer(rule) with { Permitted = false, Code = AccessCodes.TransferBanned, Reason = "A law bans it." }, Data(), Now);
        Assert.Equal((AccessCodes.TransferBanned, "A law bans it."), (refusal?.Code, refusal?.Reason));
    }

    [Theory]
    [InlineData(CrossBorderRule.Allowed)]
    [InlineData(CrossBorderRule.AllowedWithLogging)]
    [InlineData(CrossBorderRule.Restricted)]
    public void What_the_policy_permits_goes_on(CrossBorderRule rule) =>
        Assert.Null(Assessment.Refusal(Request(routing: Routed), Answer(rule), Data(), Now));

    [Fact]
    public void Where_no_role_may_approve_the_request_is_refused_and_not_left_to_anyone()
    {
        Assert.Equal(AccessCodes.NobodyCanApprove, Assessment.Refusal(Request(routing: RoutedTo(1)), Answer(), Data(), Now)?.Code);
        Assert.Equal(AccessCodes.NobodyCanApprove, Assessment.Refusal(Request(routing: null), Answer(), Data(), Now)?.Code);
    }

    [Fact]
    public void An_unknown_rule_is_left_to_people() =>
        Assert.Equal(AccessCodes.NobodyCanApprove, Assessment.Refusal(Request(routing: null), Answer() with { CrossBorder = null }, Data(), Now)?.Code);

    [Theory]
    [InlineData(CrossBorderRule.Allowed)]
    [InlineData(CrossBorderRule.AllowedWithLogging)]
    public void What_a_rule_grants_needs_no_approver_unless_the_approval_rule_wants_one(CrossBorderRule rule)
    {
        Assert.Null(Assessment.Refusal(Request(routing: RoutedTo(1)), Answer(rule), Data(), Now));
        Assert.Equal(AccessCodes.NobodyCanApprove, Assessment.Refusal(Request(routing: RoutedTo(1) with { Automatic = false }), Answer(rule), Data(), Now)?.Code);
    }

    [Fact]
    public void Where_the_directory_has_too_few_people_the_request_is_refused()
    {
        Assert.Null(Assessment.Refusal(Request(routing: RoutedTo(3, "approver", "dpo")), Answer(), Data(), Now));
        Assert.Equal(AccessCodes.NobodyCanApprove, Assessment.Refusal(Request(routing: RoutedTo(4, "approver", "dpo")), Answer(), Data(), Now)?.Code);
        Assert.Equal(AccessCodes.NobodyCanApprove, Assessment.Refusal(Request(routing: RoutedTo(1, "legal")), Answer(), Data(), Now)?.Code);
    }

    [Fact]
    public void An_approval_rule_limits_the_duration_beside_the_classification()
    {
        Assert.Null(Assessment.Refusal(Request(routing: Routed with { LongestDuration = Asked }), Answer(), Data(), Now));
        Assert.Equal(AccessCodes.DurationTooLong, Assessment.Refusal(Request(routing: Routed with { LongestDuration = Asked - TimeSpan.FromTicks(1) }), Answer(), Data(), Now)?.Code);
    }

    [Fact]
    public void A_requester_whom_the_directory_knows_must_be_active_and_a_requester()
    {
        Assert.Null(Assessment.Refusal(Request(routing: Routed), Answer(), Data(Requester), Now));
        Assert.Equal(AccessCodes.StandingMissing, Assessment.Refusal(Request(routing: Routed), Answer(), Data(Requester with { Roles = ["approver"] }), Now)?.Code);
    }

    [Fact]
    public void A_mechanism_that_ends_before_the_start_leaves_nothing_to_grant()
    {
        var start = Now.AddHours(2);
        Assert.Equal(AccessCodes.MechanismInvalid, Assessment.Refusal(Request(start: start, mechanismUntil: start, routing: Routed), Answer(), Data(), Now)?.Code);
        Assert.Null(Assessment.Refusal(Request(start: start, mechanismUntil: start.AddTicks(1), routing: Routed), Answer(), Data(), Now));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_scheduled_grant_does_not_begin_when_the_policy_refuses_it_by_then(bool automatic)
    {
        var refusal = Assessment.RefusalNow(
            Request(States.Scheduled, routing: Routed, grant: Grant(from: 0, automatic: automatic)),
            Answer(CrossBorderRule.Allowed) with { Permitted = false, Code = AccessCodes.PolicyMissing, Reason = "No policy any more." });
        Assert.Equal((AccessCodes.PolicyMissing, "No policy any more."), (refusal?.Code, refusal?.Reason));
    }

    [Theory]
    [InlineData(true, CrossBorderRule.Allowed, true)]
    [InlineData(true, CrossBorderRule.AllowedWithLogging, true)]
    [InlineData(true, CrossBorderRule.Restricted, false)]
    [InlineData(false, CrossBorderRule.Allowed, true)]
    [InlineData(false, CrossBorderRule.Restricted, true)]
    public void A_scheduled_grant_that_nobody_approved_begins_only_while_a_rule_still_allows_it(bool automatic, CrossBorderRule rule, bool begins) =>
        Assert.Equal(begins, Assessment.RefusalNow(Request(States.Scheduled, routing: Routed, grant: Grant(from: 0, automatic: automatic)), Answer(rule)) is null);

    [Fact]
    public void A_grant_by_rule_that_people_have_to_approve_by_now_is_not_merely_shortened()
    {
        var answer = Answer(CrossBorderRule.Restricted) with { Permitted = false, Code = AccessCodes.DurationTooLong, LongestDuration = "PT1H" };
        var (byRule, byPeople) = (Request(States.Active, routing: Routed, grant: Grant(automatic: true)), Request(States.Active, routing: Routed, grant: Grant()));
        Assert.True(Reassessment.Ends(byRule, answer));
        Assert.Null(Reassessment.ShorterEnd(byRule, answer));
        Assert.False(Reassessment.Ends(byPeople, answer));
        Assert.Equal(Now, Reassessment.ShorterEnd(byPeople, answer));
    }
}
