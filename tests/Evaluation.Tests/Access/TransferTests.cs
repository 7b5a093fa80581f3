using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Access;
using static Sovereignty.Evaluation.Tests.World;
using static Sovereignty.Evaluation.Tests.Access.AccessWorld;

namespace Sovereignty.Evaluation.Tests.Access;

/// <summary>GDPR chapter V: from the EEA to outside, covered by adequacy or a mechanism until the end of the access.</summary>
public sealed class TransferTests
{
    private static readonly DateTimeOffset UnitedKingdomEnds = new(2031, 12, 28, 0, 0, 0, TimeSpan.Zero);

    // A region's name says nothing: eu-west-2 is in the United Kingdom, eu-central-2 in Switzerland, eusc-de-east-1 in Germany.
    [Theory]
    [InlineData("eu-west-2", "adequacy-eea-gb")]
    [InlineData("eu-central-2", "adequacy-eea-ch")]
    [InlineData("sa-east-1", "adequacy-eea-br")]
    [InlineData("eusc-de-east-1", null)]
    [InlineData("eu-west-3", null)]
    public void Adequacy_covers_what_leaves_the_EEA_and_inside_none_is_needed(string target, string? fact)
    {
        var answer = Ask(Question(target: target));

        Assert.True(answer.Permitted);
        Assert.Equal(fact is null ? [] : [fact], answer.Cited());
    }

    [Theory]
    [InlineData("eu-west-2", "us-east-1")]
    [InlineData("eu-central-2", "ap-south-1")]
    [InlineData("us-east-1", "eu-west-1")]
    public void What_begins_outside_the_EEA_needs_no_mechanism(string source, string target)
    {
        Assert.Equal((true, 0), (Ask(Question(source, target)).Permitted, Ask(Question(source, target)).Citations.Count));
    }

    [Theory]
    [InlineData("ap-south-1", "IN")]
    [InlineData("ap-east-1", "HK")]
    [InlineData("us-east-1", "US")]
    [InlineData("eu-west-1", "IN")]
    [InlineData("ap-south-1", "IE")]
    public void Without_adequacy_a_mechanism_is_needed_for_the_region_and_for_the_person(string target, string country)
    {
        var answer = Ask(Question(target: target, country: country));

        Assert.Equal((false, AccessCodes.MechanismMissing, null), (answer.Permitted, answer.Code, answer.LongestDuration));
        Assert.Contains("transfer-eea", answer.Cited());
        Assert.True(Ask(Question(target: target, country: country), Data(ClassificationLevel.Operational)).Permitted);
    }

    [Theory]
    [InlineData(TransferMechanismKind.Scc)]
    [InlineData(TransferMechanismKind.Bcr)]
    [InlineData(TransferMechanismKind.Derogation)]
    public void A_mechanism_that_holds_to_the_end_covers_the_transfer(TransferMechanismKind kind)
    {
        var end = Now.AddDays(7);

        var answer = Ask(Question(target: "ap-south-1", mechanism: Mechanism(kind, until: end)));

        Assert.Equal((true, "P7D"), (answer.Permitted, answer.LongestDuration));
        Assert.Equal(["transfer-eea"], answer.Cited());

        var late = Ask(Question(target: "ap-south-1", mechanism: Mechanism(kind, until: end.AddTicks(-TimeSpan.TicksPerDay))));
        Assert.Equal((AccessCodes.MechanismInvalid, "P6D"), (late.Code, late.LongestDuration));
        Assert.Contains("2026-11-29T06:00:00Z", late.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void A_mechanism_without_a_reference_is_none(string? reference)
    {
        var answer = Ask(Question(target: "ap-south-1", mechanism: Mechanism(reference: reference!)));

        Assert.Equal((AccessCodes.MechanismInvalid, null), (answer.Code, answer.LongestDuration));
        Assert.Equal(AccessCodes.MechanismInvalid, Ask(Question(target: "ap-south-1", mechanism: Mechanism(reference: new string('x', 201)))).Code);
    }

    [Fact]
    public void A_mechanism_that_ended_before_the_start_leaves_nothing_to_grant()
    {
        var answer = Ask(Question(target: "ap-south-1", mechanism: Mechanism(until: Now.AddDays(-1))));

        Assert.Equal((AccessCodes.MechanismInvalid, null), (answer.Code, answer.LongestDuration));
    }

    // Decision (EU) 2023/1795 covers recipients certified under the Data Privacy Framework alone.
    [Fact]
    public void A_certified_recipient_in_the_United_States_is_covered_and_an_uncertified_one_is_not()
    {
        var certified = Ask(Question(mechanism: Mechanism(TransferMechanismKind.Certification, "DPF-4711")));
        Assert.True(certified.Permitted);
        Assert.Equal(["adequacy-eea-us"], certified.Cited());

        var uncertified = Ask(Question());
        Assert.Equal(AccessCodes.MechanismMissing, uncertified.Code);
        Assert.Equal(["adequacy-eea-us", "transfer-eea"], uncertified.Cited());
        Assert.Contains("certified recipients", uncertified.Reason, StringComparison.Ordinal);

        Assert.True(Ask(Question(mechanism: Mechanism())).Permitted);
        Assert.Equal(AccessCodes.MechanismInvalid, Ask(Question(mechanism: Mechanism(TransferMechanismKind.Certification, until: Now.AddDays(6)))).Code);
    }

    [Theory]
    [InlineData("ap-south-1", "IN")]
    [InlineData("us-east-1", "IN")]
    public void A_certification_covers_nothing_where_no_decision_asks_for_one(string target, string country)
    {
        var answer = Ask(Question(target: target, country: country, mechanism: Mechanism(TransferMechanismKind.Certification)));

        Assert.Equal((AccessCodes.MechanismInvalid, null), (answer.Code, answer.LongestDuration));
        Assert.Contains("IN", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_scope_is_accepted_and_said()
    {
        var answer = Ask(Question(target: "ca-central-1"));

        Assert.True(answer.Permitted);
        Assert.Equal(["adequacy-eea-ca"], answer.Cited());
        Assert.Contains("commercial organisations only", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_adequacy_of_the_United_Kingdom_ends_with_27_December_2031()
    {
        var lastWeek = UnitedKingdomEnds.AddDays(-7);

        var within = At(lastWeek, Question(target: "eu-west-2", start: lastWeek));
        Assert.Equal((true, "P7D"), (within.Permitted, within.LongestDuration));

        var beyond = At(lastWeek, Question(target: "eu-west-2", start: lastWeek, duration: "P7DT1S"));
        Assert.Equal((AccessCodes.MechanismMissing, "P7D"), (beyond.Code, beyond.LongestDuration));
        Assert.Contains("2031-12-28T00:00:00Z", beyond.Reason, StringComparison.Ordinal);

        var after = At(UnitedKingdomEnds, Question(target: "eu-west-2", start: UnitedKingdomEnds));
        Assert.Equal((AccessCodes.MechanismMissing, null), (after.Code, after.LongestDuration));

        Assert.True(At(UnitedKingdomEnds, Question(target: "eu-west-2", start: UnitedKingdomEnds, mechanism: Mechanism(until: UnitedKingdomEnds.AddYears(1)))).Permitted);
    }

    [Fact]
    public void Adequacy_that_outlasts_a_mechanism_says_how_long_could_be_granted()
    {
        var start = UnitedKingdomEnds.AddDays(-7);

        var answer = At(start, Question(target: "eu-west-2", start: start, duration: "P20D", mechanism: Mechanism(until: start.AddDays(2))));

        Assert.Equal((AccessCodes.MechanismInvalid, "P7D"), (answer.Code, answer.LongestDuration));
        Assert.True(At(start, Question(target: "eu-west-2", start: start, duration: "P7D", mechanism: Mechanism(until: start.AddDays(2)))).Permitted);
    }

    [Fact]
    public void The_United_Kingdom_is_outside_and_without_a_decision_before_2021_had_to_name_a_mechanism()
    {
        Assert.Equal(AccessCodes.MechanismMissing, At(new(2021, 6, 27, 0, 0, 0, TimeSpan.Zero), Question(target: "eu-west-2")).Code);
    }

    [Fact]
    public void Too_long_and_uncovered_needs_both_mended()
    {
        var answer = Ask(Question(target: "ap-south-1", duration: "P60D", mechanism: Mechanism(until: Now.AddDays(10))));

        Assert.Equal((AccessCodes.DurationTooLong, "P10D"), (answer.Code, answer.LongestDuration));
        Assert.Contains(AccessCodes.MechanismInvalid, answer.Reason, StringComparison.Ordinal);
    }

    private static Contracts.Residency.AccessValidated At(DateTimeOffset now, Contracts.Residency.ValidateAccess question) =>
        AccessEvaluator.Validate(Snapshot().At(now), Data(), question);
}
