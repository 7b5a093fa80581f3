using System.Text;

namespace Sovereignty.Cli.Access;

/// <summary>Where a request stands, in a few lines.</summary>
internal static class DecisionReport
{
    private const int Longest = 200;

    public static string Describe(RequestView request)
    {
        var report = new StringBuilder($"{request.RequestId} is {request.State}, version {request.Version}.");
        foreach (var vote in request.Votes)
        {
            Line($"{vote.Decision} by {Words.Person(vote.Actor)} at {Words.Time(vote.At)}: {Words.Line(vote.Reason ?? "", Longest)}");
        }

        if (request is { IsPending: true, Quorum: { } quorum })
        {
            Line($"approvals: {request.Votes.Count(vote => vote.Decision == "approve")} of {quorum}");
        }

        if (request is { DecidedBy: { } decider, DecidedAt: { } moment })
        {
            Line($"decided by {Words.Person(decider)} at {Words.Time(moment)}{(request.Code is null ? "" : $" ({request.Code})")}");
        }

        if (request.Grant is { } grant)
        {
            Line($"the grant is {grant.State}, from {Words.Time(grant.StartsAt)} until {Words.Time(grant.EndsAt)}");
        }

        return report.ToString();

        void Line(string text) => report.Append("\n  ").Append(text);
    }
}
