using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.CheckAccess;

internal sealed record AccessQuestion(string Subject, string DataId, string Region, string Purpose, string Action);

/// <summary>The answer, with the grant that covers the use.</summary>
internal sealed record AccessAnswer(string Code, AccessRequest? GrantedBy)
{
    public bool Allowed => GrantedBy is not null;
}

/// <summary>Whether one of a subject's grants for some data covers a use now. Computed from the clock: nothing has to be swept for a grant to end.</summary>
internal static class GrantCheck
{
    public static AccessAnswer Decide(IEnumerable<AccessRequest> grants, AccessQuestion question, DateTimeOffset now)
    {
        string? nearest = null;
        foreach (var grant in grants)
        {
            if (Refusal(grant, question, now) is not { } code)
            {
                return new(AccessCodes.Granted, grant);
            }

            nearest = nearest is null || Distance(code) < Distance(nearest) ? code : nearest;
        }

        return new(nearest ?? AccessCodes.NotGranted, null);
    }

    private static string? Refusal(AccessRequest grant, AccessQuestion question, DateTimeOffset now) => States.At(grant, now) switch
    {
        _ when grant.Requester.Subject != question.Subject || grant.DataId != question.DataId => AccessCodes.NotGranted,
        States.Ended => AccessCodes.Ended,
        States.Revoked => AccessCodes.Revoked,
        States.GivenBack => AccessCodes.GivenBack,
        States.Exhausted => AccessCodes.Exhausted,
        States.Suspended => AccessCodes.Suspended,
        States.Scheduled => AccessCodes.NotStarted,
        States.Active when now < grant.Grant!.StartsAt => AccessCodes.NotStarted,
        States.Active when grant.TargetRegion != question.Region => AccessCodes.RegionNotCovered,
        States.Active when grant.Purpose != question.Purpose => AccessCodes.PurposeNotCovered,
        States.Active when !grant.Actions.Contains(question.Action) => AccessCodes.ActionNotCovered,
        States.Active => null,
        _ => AccessCodes.NotGranted,
    };

    // Of several refusals the one that came closest to a yes is told.
    private static int Distance(string code) => code switch
    {
        AccessCodes.ActionNotCovered => 0,
        AccessCodes.PurposeNotCovered => 1,
        AccessCodes.RegionNotCovered => 2,
        AccessCodes.NotStarted => 3,
        AccessCodes.Revoked => 4,
        AccessCodes.GivenBack => 5,
        AccessCodes.Ended => 6,
        _ => 7,
    };
}
