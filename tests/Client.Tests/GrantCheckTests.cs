using CsCheck;
using Sovereignty.Contracts.Access;
using static Sovereignty.Client.Tests.Given;
using Decide = System.Func<Sovereignty.Contracts.Access.AccessGrant[], System.DateTimeOffset, bool>;

namespace Sovereignty.Client.Tests;

public sealed class GrantCheckTests
{
    private static readonly Gen<AccessGrant> GenGrant =
        from state in Gen.Enum<GrantState>()
        from start in Gen.Int[-3, 3]
        from length in Gen.Int[1, 4]
        from budget in Gen.Bool
        from request in Gen.Int[1, 9]
        select Grant(state, start, start + length, budget, request);

    [Fact]
    public void A_grant_covers_from_its_start_until_just_before_its_end()
    {
        var grant = Grant();
        Assert.Equal(AccessCodes.NotStarted, At(grant, Now.AddHours(-1).AddTicks(-1)).Code);
        Assert.Equal(AccessCodes.Granted, At(grant, Now.AddHours(-1)).Code);
        Assert.Equal(AccessCodes.Granted, At(grant, Now.AddHours(7).AddTicks(-1)).Code);
        Assert.Equal(AccessCodes.Ended, At(grant, Now.AddHours(7)).Code);
    }

    [Theory]
    [InlineData(GrantState.Scheduled)]
    [InlineData(GrantState.Suspended)]
    public void A_grant_past_its_end_has_ended_whatever_held_it_up(GrantState state) =>
        Assert.Equal(AccessCodes.Ended, At(Grant(state), Now.AddHours(7)).Code);

    [Fact]
    public void The_answer_names_the_grant_that_covers_the_use()
    {
        var (ended, active) = (Grant(GrantState.Ended, until: -0.5), Grant(request: 2));
        Assert.Equal(new(AccessCodes.Granted, active), GrantCheck.Check([ended, active], Question, Now));
        Assert.Equal(new(AccessCodes.Ended, null), GrantCheck.Check([ended], Question, Now));
    }

    [Theory]
    [InlineData(GrantState.Scheduled, AccessCodes.NotStarted)]
    [InlineData(GrantState.Suspended, AccessCodes.Suspended)]
    [InlineData(GrantState.Ended, AccessCodes.Ended)]
    [InlineData(GrantState.GivenBack, AccessCodes.GivenBack)]
    [InlineData(GrantState.Exhausted, AccessCodes.Exhausted)]
    [InlineData(GrantState.Revoked, AccessCodes.Revoked)]
    public void A_grant_that_does_not_hold_is_refused_with_the_reason(GrantState state, string code) =>
        Assert.Equal(new(code, null), At(Grant(state), Now));

    [Fact]
    public void Without_any_grant_nothing_is_allowed() => Assert.Equal(new(AccessCodes.NotGranted, null), GrantCheck.Check([], Question, Now));

    [Fact]
    public void A_grant_with_a_budget_takes_a_recorded_use_unless_another_covers_it_without()
    {
        var (limited, free) = (Grant(budget: true), Grant(request: 2));
        Assert.Equal(new(AccessCodes.UseRequired, limited), GrantCheck.Check([limited], Question, Now));
        Assert.False(GrantCheck.Check([limited], Question, Now).Allowed);
        Assert.Equal(new(AccessCodes.Granted, free), GrantCheck.Check([limited, free], Question, Now));
    }

    [Fact]
    public void Another_region_purpose_or_action_is_not_covered()
    {
        AccessGrant[] grants = [Grant()];
        Assert.Equal(AccessCodes.RegionNotCovered, GrantCheck.Check(grants, Question with { Region = "ap-south-1" }, Now).Code);
        Assert.Equal(AccessCodes.PurposeNotCovered, GrantCheck.Check(grants, Question with { Purpose = "marketing" }, Now).Code);
        Assert.Equal(AccessCodes.ActionNotCovered, GrantCheck.Check(grants, Question with { Action = "delete" }, Now).Code);
        Assert.Equal(AccessCodes.RegionNotCovered, GrantCheck.Check(grants, Question with { Region = "US-EAST-1" }, Now).Code);
        Assert.True(GrantCheck.Check(grants, Question with { Action = "export" }, Now).Allowed);
    }

    [Fact]
    public void A_grant_of_another_tenant_person_or_for_other_data_covers_nothing()
    {
        AccessGrant[] grants = [Grant()];
        Assert.Equal(AccessCodes.NotGranted, GrantCheck.Check(grants, Question with { TenantId = "globex" }, Now).Code);
        Assert.Equal(AccessCodes.NotGranted, GrantCheck.Check(grants, Question with { Subject = "somebody" }, Now).Code);
        Assert.Equal(AccessCodes.NotGranted, GrantCheck.Check(grants, Question with { DataId = "data-2" }, Now).Code);
    }

    [Fact]
    public void Of_several_refusals_the_one_nearest_to_a_yes_is_told()
    {
        var (ended, revoked, scheduled, active) = (Grant(GrantState.Ended, until: -0.5), Grant(GrantState.Revoked), Grant(GrantState.Scheduled, from: 1), Grant());
        var elsewhere = Question with { Action = "delete" };
        Assert.Equal(AccessCodes.ActionNotCovered, GrantCheck.Check([ended, scheduled, active, revoked], elsewhere, Now).Code);
        Assert.Equal(AccessCodes.NotStarted, GrantCheck.Check([revoked, scheduled, ended], elsewhere, Now).Code);
        Assert.Equal(AccessCodes.Revoked, GrantCheck.Check([ended, revoked], elsewhere, Now).Code);
        Assert.Equal(AccessCodes.Suspended, GrantCheck.Check([ended, Grant(GrantState.Suspended), scheduled], elsewhere, Now).Code);
    }

    [Fact]
    public void One_grant_is_enough() => OneGrantIsEnough((grants, now) => GrantCheck.Check(grants, Question, now).Allowed);

    [Fact]
    public void The_property_catches_a_check_that_lets_the_first_grant_decide() => Fails((grants, now) => GrantCheck.Check(grants.AsSpan(0, Math.Min(1, grants.Length)), Question, now).Allowed);

    [Fact]
    public void The_property_catches_a_check_that_lets_a_revocation_end_all() => Fails((grants, now) =>
        !grants.Any(grant => grant.State == GrantState.Revoked) && GrantCheck.Check(grants, Question, now).Allowed);

    [Fact]
    public void The_property_catches_a_check_that_waits_for_a_sweeper() => Fails((grants, _) => grants.Any(grant => grant is { State: GrantState.Active, HasBudget: false }));

    private static void OneGrantIsEnough(Decide allows) =>
        Property.Holds(
            from grants in GenGrant.Array[0, 4]
            from hours in Gen.Int[-5, 8]
            select (grants, now: Now.AddHours(hours)),
            given => allows(given.grants, given.now) == Array.Exists(
                given.grants,
                grant => grant is { State: GrantState.Active, HasBudget: false } && given.now >= grant.StartsAt && given.now < grant.EndsAt));

    private static AccessAnswer At(AccessGrant grant, DateTimeOffset now) => GrantCheck.Check([grant], Question, now);

    private static void Fails(Decide broken) => Property.Catches(() => OneGrantIsEnough(broken));
}
