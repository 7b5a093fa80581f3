using Sovereignty.AccessService.People;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Rules;

/// <summary>Who may decide in a stage, and whether there are enough of them.</summary>
internal static class Eligibility
{
    public static bool IsActive(Standing? person) => person is { Active: true };

    /// <summary>Whether a person holds what a stage asks for. An empty stage is nobody's.</summary>
    public static bool Holds(ApprovalStage stage, Standing person) =>
        stage.Roles.Any(person.Roles.Contains)
        || (stage.People.Contains(person.Subject) && Standing.DecidingRoles.Any(person.Roles.Contains));

    public static bool MayDecide(ApprovalStage stage, string jurisdiction, Standing person) =>
        IsActive(person) && person.Jurisdictions.Contains(jurisdiction) && Holds(stage, person);

    /// <summary>The first stage for which there are not enough people, no person counted twice; null where all can be decided.</summary>
    /// <param name="stages">The stages that are still to be decided, the first with what its quorum lacks.</param>
    /// <param name="jurisdiction">Where deciders belong.</param>
    /// <param name="people">The directory.</param>
    /// <param name="excluded">Who may not decide: the requester, and whoever has.</param>
    public static ApprovalStage? Deadlock(IReadOnlyList<ApprovalStage> stages, string jurisdiction, IReadOnlyList<Standing> people, IReadOnlySet<string> excluded)
    {
        var free = people.Where(person => !excluded.Contains(person.Subject)).ToArray();
        var places = new Dictionary<int, ApprovalStage>();
        foreach (var stage in stages)
        {
            for (var place = 0; place < stage.Quorum; place++)
            {
                if (!Seat(stage, new bool[free.Length]))
                {
                    return stage;
                }
            }
        }

        return null;

        // Bipartite matching: a person who sits elsewhere moves on where somebody can take that seat.
        bool Seat(ApprovalStage stage, bool[] tried)
        {
            for (var person = 0; person < free.Length; person++)
            {
                if (tried[person] || !MayDecide(stage, jurisdiction, free[person]))
                {
                    continue;
                }

                tried[person] = true;
                if (!places.TryGetValue(person, out var taken) || Seat(taken, tried))
                {
                    places[person] = stage;
                    return true;
                }
            }

            return false;
        }
    }
}
