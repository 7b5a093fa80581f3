using CsCheck;
using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Tests.Requests;
using Sovereignty.Contracts;

namespace Sovereignty.AccessService.Tests.People;

public sealed class PersonRulesTests
{
    private static readonly DateTimeOffset Now = Given.Now;
    private static readonly PersonInput Input = new() { DisplayName = "Ada", Roles = ["approver", "requester"], Jurisdictions = ["DE", "FR"], Active = true };

    private static readonly Gen<PersonRow[]> Versions =
        Gen.Int[-3, 3].Array[0, 6].Select(days => days.Select((day, place) => Row(place + 1, day)).ToArray());

    [Fact]
    public void What_holds_at_a_moment_is_the_last_said_of_what_has_begun() =>
        Property.Holds(Versions, versions => PersonRules.At(versions, Now)?.Person.Version == Walk(versions, 0));

    [Fact]
    public void What_is_to_come_is_just_what_will_hold_some_day() =>
        Property.Holds(Versions, versions =>
        {
            var days = Enumerable.Range(1, 3).Select(day => Walk(versions, day)).Prepend(Walk(versions, 0)).ToArray();
            var changes = days.Skip(1).Where((version, place) => version != days[place]).ToArray();
            return PersonRules.ToCome(versions, Now).Select(row => (int?)row.Person.Version).SequenceEqual(changes);
        });

    [Fact]
    public void A_person_with_everything_is_right() => Assert.Empty(PersonRules.Check("auth0|ada", Input with { ValidFrom = Now.AddDays(366) }, Now));

    [Fact]
    public void Each_fault_is_said()
    {
        Assert.Equal(["person-invalid"], Codes(Input, subject: "a\nb"));
        Assert.Equal(["name-invalid"], Codes(Input with { DisplayName = "" }));
        Assert.Equal(["role-unknown"], Codes(Input with { Roles = ["policy-admin"] }));
        Assert.Equal(["role-unknown"], Codes(Input with { Roles = ["dpo", "dpo"] }));
        Assert.Equal(["country-unknown"], Codes(Input with { Jurisdictions = ["EU"] }));
        Assert.Equal(["country-unknown"], Codes(Input with { Jurisdictions = ["DE", "DE"] }));
        Assert.Equal(["valid-from-invalid"], Codes(Input with { ValidFrom = Now.AddMinutes(-6) }));
        Assert.Equal(["valid-from-invalid"], Codes(Input with { ValidFrom = Now.AddDays(367) }));
        Assert.Equal(["role-unknown", "country-unknown"], Codes(Input with { Roles = [null!], Jurisdictions = [null!] }));
    }

    private static IEnumerable<string> Codes(PersonInput input, string subject = "ada") => PersonRules.Check(subject, input, Now).Select(fault => fault.Code);

    /// <summary>Plainly: go through what was said, from first to last, and take what has begun.</summary>
    private static int? Walk(IEnumerable<PersonRow> versions, int day)
    {
        int? holds = null;
        foreach (var version in versions)
        {
            if (version.Person.ValidFrom <= Now.AddDays(day))
            {
                holds = version.Person.Version;
            }
        }

        return holds;
    }

    private static PersonRow Row(int version, int day) =>
        new(new("acme", "ada", version, null, ["approver"], ["DE"], true, Now.AddDays(day)), Now, Actor.Service("test"));
}
