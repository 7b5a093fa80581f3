using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.Review;
using Sovereignty.AccessService.Tests.Requests;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.AccessService.Tests.Review;

/// <summary>Whom an answer of PolicyService concerns.</summary>
public sealed class ReviewRulesTests
{
    private static readonly AccessValidated Same = Given.Answer() with { Classification = ClassificationLevel.Identity, LongestDuration = "P30D" };

    public static TheoryData<string> Granted { get; } = [States.Scheduled, States.Active, States.Suspended];

    public static TheoryData<string> Others { get; } =
    [
        States.Submitted, States.Validating, States.Refused, States.Denied, States.Withdrawn, States.Lapsed, States.Ended, States.GivenBack, States.Exhausted, States.Revoked,
    ];

    [Fact]
    public void What_rests_on_the_same_hears_nothing()
    {
        Assert.False(ReviewRules.Concerns(Waiting(), Same));
        Assert.False(ReviewRules.Concerns(Active(), Same));
        Assert.False(ReviewRules.Concerns(Active(automatic: true), Same with { CrossBorder = CrossBorderRule.AllowedWithLogging }));
    }

    [Fact]
    public void A_newer_epoch_policy_version_or_citation_alone_is_no_news() =>
        Assert.False(ReviewRules.Concerns(Active(), Same with { Epoch = 99, PolicyVersion = 4, Citations = [new() { FactId = "f", Instrument = "i" }] }));

    [Fact]
    public void What_waits_hears_of_a_refusal_another_level_and_another_country()
    {
        Assert.True(ReviewRules.Concerns(Waiting(), Refused(AccessCodes.TransferBanned)));
        Assert.True(ReviewRules.Concerns(Waiting(), Same with { Classification = ClassificationLevel.Content }));
        Assert.True(ReviewRules.Concerns(Waiting(), Same with { SourceCountry = "FR" }));
    }

    [Theory]
    [MemberData(nameof(Granted))]
    public void A_grant_hears_of_a_refusal_and_of_less_time(string state)
    {
        Assert.True(ReviewRules.Concerns(Active(state), Refused(AccessCodes.TransferBanned)));
        Assert.True(ReviewRules.Concerns(Active(state), Refused(AccessCodes.DurationTooLong) with { LongestDuration = "PT1H" }));
        Assert.True(ReviewRules.Concerns(Active(state), Same with { LongestDuration = "PT7H59M" }));
        Assert.False(ReviewRules.Concerns(Active(state), Same with { LongestDuration = "PT8H" }));
    }

    [Fact]
    public void A_grant_that_people_gave_keeps_under_another_level_and_one_given_by_rule_does_not()
    {
        var restricted = Same with { Classification = ClassificationLevel.Content, CrossBorder = CrossBorderRule.Restricted };

        Assert.False(ReviewRules.Concerns(Active(), restricted));
        Assert.True(ReviewRules.Concerns(Active(automatic: true), restricted));
    }

    [Fact]
    public void What_is_suspended_by_law_hears_that_it_is_permitted_or_of_another_reason_and_not_of_the_same_again()
    {
        var suspended = Active(States.Suspended, suspension: new(Suspension.Law, AccessCodes.RegionClosed, "closed", Given.Now));

        Assert.True(ReviewRules.Concerns(suspended, Same));
        Assert.True(ReviewRules.Concerns(suspended, Refused(AccessCodes.TransferBanned)));
        Assert.False(ReviewRules.Concerns(suspended, Refused(AccessCodes.RegionClosed)));
    }

    [Fact]
    public void What_is_suspended_for_a_person_is_not_lifted_by_the_law() =>
        Assert.False(ReviewRules.Concerns(Active(States.Suspended, suspension: new(Suspension.Person, AccessCodes.StandingMissing, "lost", Given.Now)), Same));

    [Theory]
    [MemberData(nameof(Others))]
    public void What_is_over_or_not_validated_hears_nothing(string state) =>
        Assert.False(ReviewRules.Concerns(Active(state), Refused(AccessCodes.TransferBanned)));

    [Fact]
    public void A_message_to_one_request_of_one_review_has_one_id()
    {
        var (review, other, request) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

        Assert.Equal(ReviewRules.MessageId(review, request), ReviewRules.MessageId(review, request));
        Assert.Equal(4, new[] { ReviewRules.MessageId(review, request), ReviewRules.MessageId(other, request), ReviewRules.MessageId(request, review), ReviewRules.MessageId(review, other) }.Distinct().Count());
    }

    private static AccessValidated Refused(string code) => Same with { Permitted = false, Code = code, Reason = "no", LongestDuration = null };

    private static AccessRequest Waiting() => WithBasis(Given.Request(routing: Given.Routed));

    private static AccessRequest Active(string state = States.Active, bool automatic = false, Suspension? suspension = null)
    {
        var request = WithBasis(Given.Request(state, routing: Given.Routed, grant: Given.Grant(automatic: automatic)));
        if (suspension is not null)
        {
            request.Suspensions.Add(suspension);
        }

        return request;
    }

    private static AccessRequest WithBasis(AccessRequest request)
    {
        request.Basis = new(null, ClassificationLevel.Identity, CrossBorderRule.Restricted, null, null, 1, [], Given.Now);
        return request;
    }
}
