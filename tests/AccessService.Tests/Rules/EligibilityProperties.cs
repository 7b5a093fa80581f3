using CsCheck;
using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Rules;
using Sovereignty.AccessService.Tests.Requests;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Tests.Rules;

public sealed class EligibilityProperties
{
    private static readonly string[] Subjects = ["ada", "bob", "cem", "dan", "eva", "fay"];

    private static readonly Gen<string[]> Roles = Gen.OneOf("approver", "dpo", "legal", "requester").Array[0, 2].Select(roles => roles.Distinct().ToArray());

    private static readonly Gen<Standing> Person =
        from subject in Gen.OneOf(Subjects.Select(Gen.Const).ToArray())
        from roles in Roles
        from jurisdictions in Gen.OneOf("DE", "FR").Array[0, 2]
        from active in Gen.Frequency((5, Gen.Const(true)), (1, Gen.Const(false)))
        select new Standing("acme", subject, 1, null, roles, [.. jurisdictions.Distinct()], active, DateTimeOffset.UnixEpoch);

    private static readonly Gen<ApprovalStage> Stage =
        from name in Gen.Int[0, 99]
        from roles in Roles
        from people in Gen.OneOf(Subjects.Select(Gen.Const).ToArray()).Array[0, 2]
        from quorum in Gen.Int[1, 3]
        select new ApprovalStage { Name = $"Stage {name}", Roles = [.. roles.Where(role => role != "requester")], People = [.. people.Distinct()], Quorum = quorum };

    private static readonly Gen<Case> Cases =
        from people in Person.Array[0, 6]
        from stages in Stage.Array[0, 3]
        from excluded in Gen.OneOf(Subjects.Select(Gen.Const).ToArray()).Array[0, 2]
        select new Case([.. people.DistinctBy(person => person.Subject)], stages, [.. excluded]);

    [Fact]
    public void A_deadlock_is_found_just_where_trying_every_seating_finds_none() =>
        Property.Holds(Cases, given => ReferenceEquals(Eligibility.Deadlock(given.Stages, "DE", given.People, given.Excluded), TryAll(given)));

    [Fact]
    public void Seating_by_the_first_who_fits_would_be_caught() =>
        Property.Catches(() => Property.Holds(Cases, given => ReferenceEquals(Greedy(given), TryAll(given))));

    [Fact]
    public void One_who_holds_two_roles_is_not_counted_for_both() =>
        Assert.Equal("Data protection", Eligibility.Deadlock(ApprovalRules.ForForeignAuthorities, "DE", [Someone("legal", "dpo")], new HashSet<string>())!.Name);

    [Fact]
    public void One_who_holds_two_roles_moves_on_for_one_who_holds_the_other() =>
        Assert.Null(Eligibility.Deadlock(ApprovalRules.ForForeignAuthorities, "DE", [Someone("legal", "dpo"), Someone("legal") with { Subject = "bob" }], new HashSet<string>()));

    private static Standing Someone(params string[] roles) => new("acme", "ada", 1, null, roles, ["DE"], true, DateTimeOffset.UnixEpoch);

    /// <summary>The first stage up to which no way of seating different people fills all seats.</summary>
    private static ApprovalStage? TryAll(Case given)
    {
        for (var last = 0; last < given.Stages.Count; last++)
        {
            var seats = given.Stages.Take(last + 1).SelectMany(stage => Enumerable.Repeat(stage, stage.Quorum)).ToArray();
            if (!CanSeat(seats, [.. given.People.Where(person => !given.Excluded.Contains(person.Subject))]))
            {
                return given.Stages[last];
            }
        }

        return null;
    }

    private static bool CanSeat(ReadOnlySpan<ApprovalStage> seats, IReadOnlyList<Standing> free)
    {
        if (seats.IsEmpty)
        {
            return true;
        }

        foreach (var person in free)
        {
            if (Fits(seats[0], person) && CanSeat(seats[1..], [.. free.Where(other => other != person)]))
            {
                return true;
            }
        }

        return false;
    }

    private static ApprovalStage? Greedy(Case given)
    {
        var free = given.People.Where(person => !given.Excluded.Contains(person.Subject)).ToList();
        foreach (var stage in given.Stages)
        {
            for (var seat = 0; seat < stage.Quorum; seat++)
            {
                if (free.Find(person => Fits(stage, person)) is not { } first)
                {
                    return stage;
                }

                free.Remove(first);
            }
        }

        return null;
    }

    private static bool Fits(ApprovalStage stage, Standing person)
    {
        string[] deciding = ["approver", "dpo", "legal"];
        return person.Active
            && person.Jurisdictions.Contains("DE")
            && (person.Roles.Any(role => stage.Roles.Contains(role)) || (stage.People.Contains(person.Subject) && person.Roles.Any(role => deciding.Contains(role))));
    }

    private sealed record Case(IReadOnlyList<Standing> People, IReadOnlyList<ApprovalStage> Stages, HashSet<string> Excluded);
}
