using CsCheck;
using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.SubmitAccess;
using Sovereignty.AccessService.Tests.Requests;
using Sovereignty.Contracts.Access;
using static Sovereignty.AccessService.Tests.Requests.Given;

namespace Sovereignty.AccessService.Tests.Submit;

public sealed class SubmitRulesTests
{
    private static readonly SubmitRequest Body = new()
    {
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        TargetCountry = "US",
        Purpose = "customer-support",
        Actions = ["read", "export"],
        Justification = "Ticket 4711\nsee there",
        Duration = "PT8H",
        Mechanism = Until(Now.AddDays(1)),
    };

    public static TheoryData<string, string> BadFields => new()
    {
        { "dataId", "" },
        { "dataId", "   " },
        { "dataId", "two\nlines" },
        { "dataId", "a\0b" },
        { "dataId", new('x', 201) },
        { "sourceRegion", "" },
        { "sourceRegion", new('x', 101) },
        { "targetRegion", "" },
        { "targetRegion", "a\tb" },
        { "targetCountry", "" },
        { "targetCountry", "us" },
        { "targetCountry", "XX" },
        { "targetCountry", "USA" },
        { "purpose", "" },
        { "purpose", "Customer Support" },
        { "purpose", "customer_support" },
        { "purpose", "customer-" },
        { "purpose", "customer-support\n" },
        { "purpose", "4-eyes" },
        { "purpose", new('x', 101) },
        { "actions", "" },
        { "actions", "read,Write" },
        { "actions", "read," },
        { "actions", "a,b,c,d,e,f,g,h,i,j,k" },
        { "actions", new('x', 101) },
        { "justification", "" },
        { "justification", " \n " },
        { "justification", "a\0b" },
        { "justification", new('x', 2001) },
        { "duration", "" },
        { "duration", "8h" },
        { "duration", "PT0S" },
        { "duration", "-PT8H" },
        { "duration", "P1M" },
        { "duration", "P1Y" },
        { "duration", "P366DT1S" },
        { "duration", "P99999999999D" },
        { "duration", "PT0.0001S" },
        { "start", "-06:00:00" },
        { "start", "366.00:00:01" },
        { "mechanism.reference", "" },
        { "mechanism.reference", new('x', 201) },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public void A_field_without_a_valid_value_is_named(string field, string value)
    {
        var (request, refusal) = Read(field switch
        {
            "dataId" => Body with { DataId = value },
            "sourceRegion" => Body with { SourceRegion = value },
            "targetRegion" => Body with { TargetRegion = value },
            "targetCountry" => Body with { TargetCountry = value },
            "purpose" => Body with { Purpose = value },
            "actions" => Body with { Actions = value.Length == 0 ? [] : value.Split(',') },
            "justification" => Body with { Justification = value },
            "duration" => Body with { Duration = value },
            "start" => Body with { Start = Now + TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture) },
            "mechanism.reference" => Body with { Mechanism = Body.Mechanism! with { Reference = value } },
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
        });
        Assert.Null(request);
        Assert.Equal(AccessCodes.InputInvalid, refusal?.Code);
        Assert.StartsWith(field + " ", refusal?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_actions_with_a_gap_in_it_is_refused_like_any_other_bad_value() =>
        Assert.Equal(AccessCodes.InputInvalid, Read(Body with { Actions = ["read", null!] }).Refusal?.Code);

    [Fact]
    public void A_demand_of_a_foreign_authority_is_a_purpose_like_others() =>
        Assert.Null(Read(Body with { Purpose = "foreign-authority-demand" }).Refusal);

    [Fact]
    public void A_purpose_that_nobody_knows_is_refused_with_those_that_are_known()
    {
        var (_, refusal) = SubmitRules.Read(Body with { Purpose = "curiosity" }, "acme", Requester, Now, ["audit", "billing"]);
        Assert.Equal(AccessCodes.PurposeUnknown, refusal?.Code);
        Assert.Contains("audit, billing", refusal?.Reason);
    }

    [Fact]
    public void A_budget_counts_above_zero()
    {
        Assert.Equal(new AccessBudget { Uses = 1 }, Read(Body with { Budget = new() { Uses = 1 } }).Request?.Budget);
        Assert.Equal(AccessCodes.InputInvalid, Read(Body with { Budget = new() { Uses = 1, Records = 0 } }).Refusal?.Code);
        Assert.Equal(AccessCodes.InputInvalid, Read(Body with { Budget = new() }).Refusal?.Code);
    }

    [Fact]
    public void A_mechanism_that_has_ended_is_refused()
    {
        Assert.Equal(AccessCodes.MechanismInvalid, Read(Body with { Mechanism = Until(Now) }).Refusal?.Code);
        Assert.Null(Read(Body with { Mechanism = Until(Now.AddMilliseconds(1)) }).Refusal);
    }

    [Fact]
    public void A_window_that_is_already_over_is_refused() =>
        Assert.StartsWith("duration ", Read(Body with { Start = Now.AddMinutes(-4), Duration = "PT4M" }).Refusal?.Reason, StringComparison.Ordinal);

    [Fact]
    public void What_is_valid_begins_as_submitted_with_all_that_was_asked_for()
    {
        var (request, refusal) = Read(Body with { Actions = ["read", "export", "read"], Justification = " Ticket 4711 ", Start = Now.AddHours(1) });
        Assert.Null(refusal);
        Assert.Equal((States.Submitted, 1, "acme", Requester), (request!.CurrentState, request.Version, request.TenantId, request.Requester));
        Assert.Equal(["read", "export"], request.Actions);
        Assert.Equal("Ticket 4711", request.Justification);
        Assert.Equal((Now.AddHours(1), TimeSpan.FromHours(8), Now), (request.Start, request.Duration, request.SubmittedAt));
        Assert.Equal((Body.DataId, Body.SourceRegion, Body.TargetRegion, Body.TargetCountry, Body.Purpose, Body.Mechanism), (request.DataId, request.SourceRegion, request.TargetRegion, request.TargetCountry, request.Purpose, request.Mechanism));
        Assert.Null(request.Grant);
        Assert.Null(request.Routing);
        Assert.Empty(request.Votes);
    }

    [Fact]
    public void A_start_that_passed_while_the_form_was_filled_in_is_taken() => Assert.Null(Read(Body with { Start = Now.AddMinutes(-5) }).Refusal);

    [Fact]
    public void Moments_are_kept_in_UTC_and_whole_milliseconds_as_every_store_keeps_them()
    {
        var uneven = Now.AddHours(1).AddTicks(1_234_567);
        var (request, _) = Read(Body with { Start = uneven.ToOffset(TimeSpan.FromHours(2)), Mechanism = Until(uneven.AddDays(1).ToOffset(TimeSpan.FromHours(-5))) });
        Assert.Equal(Now.AddHours(1).AddMilliseconds(123), request!.Start);
        Assert.Equal(Now.AddHours(1).AddDays(1).AddMilliseconds(123), request.Mechanism!.ValidUntil);
        Assert.All([request.Start!.Value, request.Mechanism.ValidUntil, request.LapsesAt], moment => Assert.Equal(TimeSpan.Zero, moment.Offset));
    }

    [Fact]
    public void A_request_lapses_after_a_week_and_never_later_than_the_end_that_was_asked_for() =>
        Property.Holds(
            from start in Gen.Int[0, 20].Nullable()
            from hours in Gen.Int[1, 400]
            select Body with { Start = start is { } days ? Now.AddDays(days) : null, Duration = $"PT{hours}H" },
            body =>
            {
                var request = Read(body).Request!;
                var end = body.Start + request.Duration;
                return request.LapsesAt > Now && request.LapsesAt <= Now.AddDays(7) && !(request.LapsesAt > end) && (request.LapsesAt == Now.AddDays(7) || request.LapsesAt == end);
            });

    private static (AccessRequest? Request, Judgement? Refusal) Read(SubmitRequest body) => SubmitRules.Read(body, "acme", Requester, Now);

    private static TransferMechanism Until(DateTimeOffset validUntil) => new() { Kind = TransferMechanismKind.Scc, Reference = "SCC-17", ValidUntil = validUntil };
}
