using CsCheck;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Access;
using Remaining = System.Func<Sovereignty.AccessService.Requests.AccessRequest, int>;

namespace Sovereignty.AccessService.Tests.Requests;

public sealed class VotesTests
{
    private static readonly Gen<Vote> GenVote =
        from subject in Gen.OneOf("anna", "ben", "cleo")
        from issuer in Gen.OneOf("https://issuer.test", "https://other.test")
        from decision in Gen.Enum<ApprovalDecision>()
        from role in Gen.OneOf("approver", "dpo")
        select Given.Vote(Given.Person(subject, "DE", role) with { Issuer = issuer }, decision);

    private static readonly Gen<AccessRequest> GenRequest =
        from quorum in Gen.Int[1, 5]
        from votes in GenVote.Array[0, 8]
        select Given.Request(routing: Given.RoutedTo(quorum, "approver", "dpo"), votes: votes);

    [Fact]
    public void A_quorum_counts_distinct_people() => CountsPeople(Votes.Remaining);

    [Fact]
    public void The_property_catches_a_count_of_votes() => Fails(request =>
        Math.Max(0, request.Routing!.Stages[0].Quorum - request.Votes.Count(vote => vote.Decision is ApprovalDecision.Approve)));

    [Fact]
    public void The_property_catches_a_count_of_names_across_issuers() => Fails(request =>
        Math.Max(0, request.Routing!.Stages[0].Quorum - request.Votes.Where(vote => vote.Decision is ApprovalDecision.Approve).DistinctBy(vote => vote.Actor.Subject).Count()));

    [Fact]
    public void The_property_catches_a_count_of_whole_actors() => Fails(request =>
        Math.Max(0, request.Routing!.Stages[0].Quorum - request.Votes.Where(vote => vote.Decision is ApprovalDecision.Approve).DistinctBy(vote => (vote.Actor.Issuer, vote.Actor.Subject, vote.Actor.Roles[0])).Count()));

    [Fact]
    public void The_property_catches_a_count_of_denials() => Fails(request =>
        Math.Max(0, request.Routing!.Stages[0].Quorum - request.Votes.DistinctBy(vote => (vote.Actor.Issuer, vote.Actor.Subject)).Count()));

    [Fact]
    public void Two_approvals_of_one_person_in_two_roles_are_one() =>
        Assert.Equal(1, Votes.Remaining(Given.Request(
            routing: Given.RoutedTo(2, "approver", "dpo"),
            votes: [Given.Vote(Given.Approver), Given.Vote(Given.Approver with { Roles = ["dpo"], DisplayName = "Somebody Else" })])));

    [Fact]
    public void Votes_of_an_earlier_stage_or_route_do_not_count()
    {
        var stages = Given.RoutedTo(new ApprovalStage { Name = "First", Roles = ["approver"], Quorum = 1 }, new ApprovalStage { Name = "Second", Roles = ["dpo"], Quorum = 2 });
        Assert.Equal(3, Votes.Remaining(Given.Request(routing: stages)));
        Assert.Equal(2, Votes.Remaining(Given.Request(routing: stages, votes: Given.Vote(Given.Approver))));
        Assert.Equal(2, Votes.Remaining(Given.Request(routing: stages with { Stage = 1, VotesBefore = 1 }, votes: Given.Vote(Given.Approver))));
        Assert.Equal(3, Votes.Remaining(Given.Request(routing: stages with { VotesBefore = 1 }, votes: Given.Vote(Given.Approver))));
    }

    private static void CountsPeople(Remaining remaining) => Property.Holds(
        GenRequest,
        request =>
        {
            var people = new HashSet<string>();
            foreach (var vote in request.Votes)
            {
                if (vote.Decision is ApprovalDecision.Approve)
                {
                    people.Add($"{vote.Actor.Issuer} {vote.Actor.Subject}");
                }
            }

            return remaining(request) == (people.Count >= request.Routing!.Stages[0].Quorum ? 0 : request.Routing.Stages[0].Quorum - people.Count);
        });

    private static void Fails(Remaining broken) => Property.Catches(() => CountsPeople(broken));
}
