namespace Sovereignty.Cli.Access;

/// <summary>What became of a person's decision, seen from the request.</summary>
internal enum DecisionEffect
{
    None,
    Counted,
    TooLate,
}

internal static class DecisionEffects
{
    public static DecisionEffect Of(RequestView before, RequestView after, string person)
    {
        if (Votes(after, person) > Votes(before, person) || (before.DecidedBy is null && after.DecidedBy?.Subject == person))
        {
            return DecisionEffect.Counted;
        }

        return after.IsPending ? DecisionEffect.None : DecisionEffect.TooLate;
    }

    private static int Votes(RequestView request, string person) => request.Votes.Count(vote => vote.Actor.Subject == person);
}
