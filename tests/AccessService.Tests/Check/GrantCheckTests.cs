using CsCheck;
using Sovereignty.AccessService.CheckAccess;
using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.Tests.Requests;
using Sovereignty.Contracts.Access;
using static Sovereignty.AccessService.Tests.Requests.Given;
using Decide = System.Func<System.Collections.Generic.IEnumerable<Sovereignty.AccessService.Requests.AccessRequest>, System.DateTimeOffset, bool>;

namespace Sovereignty.AccessService.Tests.Check;

public sealed class GrantCheckTests
{
    private static readonly AccessQuestion Question = new(Requester.Subject, "data-1", "us-east-1", "customer-support", "read");

    private static readonly Gen<AccessRequest> GenGrant =
        from state in Gen.OneOf(States.Scheduled, States.Active, States.Ended, States.GivenBack, States.Revoked)
        from start in Gen.Int[-3, 3]
        from length in Gen.Int[1, 4]
        select Request(state, grant: Grant(start, start + length), ending: state is States.Scheduled or States.Active ? null : Ending());

    [Fact]
    public void A_grant_covers_from_its_start_until_just_before_its_end()
    {
        var request = Request(States.Active, grant: Grant(from: -1, until: 7));
        Assert.Equal(AccessCodes.NotStarted, At(request, Now.AddHours(-1).AddTicks(-1)).Code);
        Assert.Equal(AccessCodes.Granted, At(request, Now.AddHours(-1)).Code);
        Assert.Equal(AccessCodes.Granted, At(request, Now.AddHours(7).AddTicks(-1)).Code);
        Assert.Equal(AccessCodes.Ended, At(request, Now.AddHours(7)).Code);
    }

    [Fact]
    public void The_answer_names_the_grant_that_covers_the_use()
    {
        var (ended, active) = (Request(States.Ended, grant: Grant(until: -0.5), ending: Ending()), Request(States.Active, grant: Grant()));
        var answer = GrantCheck.Decide([ended, active], Question, Now);
        Assert.True(answer.Allowed);
        Assert.Same(active, answer.GrantedBy);
        Assert.Null(GrantCheck.Decide([ended], Question, Now).GrantedBy);
    }

    [Theory]
    [InlineData(States.Scheduled, AccessCodes.NotStarted)]
    [InlineData(States.Ended, AccessCodes.Ended)]
    [InlineData(States.GivenBack, AccessCodes.GivenBack)]
    [InlineData(States.Revoked, AccessCodes.Revoked)]
    public void A_grant_that_does_not_hold_is_refused_with_the_reason(string state, string code) =>
        Assert.Equal(new AccessAnswer(code, null), At(Request(state, grant: Grant(), ending: state == States.Scheduled ? null : Ending()), Now));

    [Theory]
    [InlineData(States.Submitted)]
    [InlineData(States.Validating)]
    [InlineData(States.AwaitingApproval)]
    [InlineData(States.Refused)]
    [InlineData(States.Denied)]
    [InlineData(States.Withdrawn)]
    [InlineData(States.Lapsed)]
    public void A_request_without_a_grant_covers_nothing(string state) =>
        Assert.Equal(AccessCodes.NotGranted, At(Request(state), Now).Code);

    [Fact]
    public void Without_any_grant_nothing_is_allowed() => Assert.Equal(new AccessAnswer(AccessCodes.NotGranted, null), GrantCheck.Decide([], Question, Now));

    [Fact]
    public void Another_region_purpose_or_action_is_not_covered()
    {
        AccessRequest[] grants = [Request(States.Active, grant: Grant())];
        Assert.Equal(AccessCodes.RegionNotCovered, GrantCheck.Decide(grants, Question with { Region = "ap-south-1" }, Now).Code);
        Assert.Equal(AccessCodes.PurposeNotCovered, GrantCheck.Decide(grants, Question with { Purpose = "marketing" }, Now).Code);
        Assert.Equal(AccessCodes.ActionNotCovered, GrantCheck.Decide(grants, Question with { Action = "delete" }, Now).Code);
        Assert.Equal(AccessCodes.RegionNotCovered, GrantCheck.Decide(grants, Question with { Region = "US-EAST-1" }, Now).Code);
        Assert.True(GrantCheck.Decide(grants, Question with { Action = "export" }, Now).Allowed);
    }

    [Fact]
    public void A_grant_of_another_person_or_for_other_data_covers_nothing()
    {
        AccessRequest[] grants = [Request(States.Active, grant: Grant())];
        Assert.Equal(AccessCodes.NotGranted, GrantCheck.Decide(grants, Question with { Subject = "somebody" }, Now).Code);
        Assert.Equal(AccessCodes.NotGranted, GrantCheck.Decide(grants, Question with { DataId = "data-2" }, Now).Code);
    }

    [Fact]
    public void Of_several_refusals_the_one_nearest_to_a_yes_is_told()
    {
        var (ended, revoked, scheduled, active) = (
            Request(States.Ended, grant: Grant(until: -0.5), ending: Ending()),
            Request(States.Revoked, grant: Grant(), ending: Ending()),
            Request(States.Scheduled, grant: Grant(from: 1)),
            Request(States.Active, grant: Grant()));
        var elsewhere = Question with { Action = "delete" };
        Assert.Equal(AccessCodes.ActionNotCovered, GrantCheck.Decide([ended, scheduled, active, revoked], elsewhere, Now).Code);
        Assert.Equal(AccessCodes.NotStarted, GrantCheck.Decide([revoked, scheduled, ended], elsewhere, Now).Code);
        Assert.Equal(AccessCodes.Revoked, GrantCheck.Decide([ended, revoked], elsewhere, Now).Code);
    }

    [Fact]
    public void Ending_one_grant_leaves_the_others() => OneGrantIsEnough((grants, now) => GrantCheck.Decide(grants, Question, now).Allowed);

    [Fact]
    public void The_property_catches_a_check_that_lets_the_first_grant_decide() => Fails((grants, now) => GrantCheck.Decide(grants.Take(1), Question, now).Allowed);

    [Fact]
    public void The_property_catches_a_check_that_lets_a_revocation_end_all() => Fails((grants, now) =>
        !grants.Any(grant => grant.CurrentState == States.Revoked) && GrantCheck.Decide(grants, Question, now).Allowed);

    [Fact]
    public void The_property_catches_a_check_that_waits_for_a_sweeper() => Fails((grants, _) => grants.Any(grant => grant.CurrentState == States.Active));

    private static void OneGrantIsEnough(Decide allows) =>
        Property.Holds(
            from grants in GenGrant.Array[0, 4]
            from hours in Gen.Int[-5, 8]
            select (grants, now: Now.AddHours(hours)),
            given => allows(given.grants, given.now) == Array.Exists(
                given.grants,
                grant => grant.CurrentState == States.Active && given.now >= grant.Grant!.StartsAt && given.now < grant.Grant.EndsAt));

    private static AccessAnswer At(AccessRequest request, DateTimeOffset now) => GrantCheck.Decide([request], Question, now);

    private static void Fails(Decide broken) => Property.Catches(() => OneGrantIsEnough(broken));
}
