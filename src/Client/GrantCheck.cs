using Sovereignty.Contracts.Access;

namespace Sovereignty.Client;

/// <summary>
/// Whether one of several grants covers a use now: the one evaluator, for AccessService and for every enforcer. Pure, and computed
/// from the clock: nothing has to be swept for a grant to end.
/// </summary>
public static class GrantCheck
{
    private static readonly string[] Codes =
    [
        AccessCodes.Granted,
        AccessCodes.UseRequired,
        AccessCodes.ActionNotCovered,
        AccessCodes.PurposeNotCovered,
        AccessCodes.RegionNotCovered,
        AccessCodes.Suspended,
        AccessCodes.NotStarted,
        AccessCodes.Exhausted,
        AccessCodes.Revoked,
        AccessCodes.GivenBack,
        AccessCodes.Ended,
        AccessCodes.NotGranted,
    ];

    /// <summary>Answers from grants of any subject and any data; those that do not fit the question count for nothing.</summary>
    /// <param name="grants">The newest state of each.</param>
    /// <param name="question">The use.</param>
    /// <param name="now">The moment, in UTC.</param>
    /// <returns>The best that any of the grants gives.</returns>
    public static AccessAnswer Check(ReadOnlySpan<AccessGrant> grants, in AccessQuestion question, DateTimeOffset now)
    {
        var best = new Candidate(Finding.NotGranted, null);
        foreach (var grant in grants)
        {
            best = best.Or(new(grant), question, now.UtcTicks);
        }

        return best.Answer;
    }

    private static Finding Find(GrantEntry grant, in AccessQuestion question, long now) => grant.State switch
    {
        _ when grant.DataId != question.DataId || grant.Subject != question.Subject || grant.TenantId != question.TenantId => Finding.NotGranted,
        GrantState.Active or GrantState.Suspended or GrantState.Scheduled when now >= grant.EndsAt => Finding.Ended,
        GrantState.Active when now < grant.StartsAt => Finding.NotStarted,
        GrantState.Active when grant.Region != question.Region => Finding.RegionNotCovered,
        GrantState.Active when grant.Purpose != question.Purpose => Finding.PurposeNotCovered,
        GrantState.Active when Array.IndexOf(grant.Actions, question.Action) < 0 => Finding.ActionNotCovered,
        GrantState.Active => grant.HasBudget ? Finding.UseRequired : Finding.Granted,
        GrantState.Suspended => Finding.Suspended,
        GrantState.Scheduled => Finding.NotStarted,
        GrantState.Ended => Finding.Ended,
        GrantState.GivenBack => Finding.GivenBack,
        GrantState.Exhausted => Finding.Exhausted,
        GrantState.Revoked => Finding.Revoked,
        _ => Finding.NotGranted,
    };

    /// <summary>The best so far, nearest to a yes first.</summary>
    internal readonly record struct Candidate(Finding Finding, AccessGrant? Grant)
    {
        public AccessAnswer Answer => new(Codes[(int)Finding], Finding <= Finding.UseRequired ? Grant : null);

        public Candidate Or(GrantEntry other, in AccessQuestion question, long now)
        {
            var finding = Find(other, question, now);
            return finding < Finding ? new(finding, other.Grant) : this;
        }
    }

    /// <summary>What one grant says to a use, in the order of nearness to a yes; the place in <see cref="Codes"/>.</summary>
    internal enum Finding
    {
        Granted,
        UseRequired,
        ActionNotCovered,
        PurposeNotCovered,
        RegionNotCovered,
        Suspended,
        NotStarted,
        Exhausted,
        Revoked,
        GivenBack,
        Ended,
        NotGranted,
    }
}
