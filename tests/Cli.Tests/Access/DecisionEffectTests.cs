using Sovereignty.Cli.Access;
using Sovereignty.Contracts;

namespace Sovereignty.Cli.Tests.Access;

public sealed class DecisionEffectTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_new_vote_of_the_person_counts_though_the_request_still_waits() =>
        Assert.Equal(DecisionEffect.Counted, DecisionEffects.Of(Request(), Request(votes: ["anna"]), "anna"));

    [Fact]
    public void Having_decided_counts_where_votes_are_not_shown() =>
        Assert.Equal(DecisionEffect.Counted, DecisionEffects.Of(Request(), Request("denied", decider: "anna"), "anna"));

    [Fact]
    public void A_vote_from_before_or_of_another_does_not()
    {
        Assert.Equal(DecisionEffect.None, DecisionEffects.Of(Request(votes: ["anna"]), Request(votes: ["anna"]), "anna"));
        Assert.Equal(DecisionEffect.None, DecisionEffects.Of(Request(), Request(votes: ["bert"]), "anna"));
    }

    [Fact]
    public void A_request_that_is_over_without_it_is_too_late()
    {
        Assert.Equal(DecisionEffect.TooLate, DecisionEffects.Of(Request(), Request("lapsed"), "anna"));
        Assert.Equal(DecisionEffect.TooLate, DecisionEffects.Of(Request(), Request("approved", "bert", "bert"), "anna"));
        Assert.Equal(DecisionEffect.TooLate, DecisionEffects.Of(Request("denied", "anna"), Request("denied", "anna"), "anna"));
    }

    [Fact]
    public void The_report_tells_who_decided_and_until_when()
    {
        var request = Request("approved", "anna", "anna") with
        {
            DecidedAt = Now,
            Code = "permitted",
            Grant = new GrantView(Guid.NewGuid(), "active", Now, Now.AddHours(1)),
        };

        Assert.Equal(
            """
            018f3c00-0000-7000-8000-000000000001 is approved, version 4.
              approve by Anna (anna) at 2026-11-23 08:00:00 UTC: seems right
              decided by anna at 2026-11-23 08:00:00 UTC (permitted)
              the grant is active, from 2026-11-23 08:00:00 UTC until 2026-11-23 09:00:00 UTC
            """,
            DecisionReport.Describe(request));
    }

    [Fact]
    public void The_report_counts_the_approvals_of_a_request_that_waits_for_more() =>
        Assert.Contains("approvals: 1 of 2", DecisionReport.Describe(Request(votes: ["anna"]) with { Quorum = 2 }));

    private static RequestView Request(string state = "awaiting-approval", string? decider = null, params string[] votes) => new()
    {
        RequestId = Guid.Parse("018f3c00-0000-7000-8000-000000000001"),
        State = state,
        Version = 4,
        Requester = Person("requester"),
        DataId = "invoice-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        TargetCountry = "US",
        Purpose = "support",
        Justification = "Ticket 4711",
        Duration = "PT8H",
        DecidedBy = decider is null ? null : Person(decider),
        Votes = [.. votes.Select(voter => new VoteView(Person(voter) with { DisplayName = "Anna" }, "approve", "seems right", Now))],
    };

    private static Actor Person(string subject) => new() { Issuer = "https://issuer.example", Subject = subject };
}
