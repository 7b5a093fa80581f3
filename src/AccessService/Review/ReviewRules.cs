using System.Security.Cryptography;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.AccessService.Review;

internal static class ReviewRules
{
    /// <summary>
    /// Whether a request has to hear what PolicyService says of it by now. Whatever rests on just that already hears nothing, so
    /// that a change of law costs what it hits and not what is granted.
    /// </summary>
    public static bool Concerns(AccessRequest request, AccessValidated answer) => request.CurrentState switch
    {
        States.AwaitingApproval => !answer.Permitted || RoutingRules.LeadsElsewhere(request, answer),
        States.Scheduled or States.Active or States.Suspended => ConcernsGrant(request, answer),
        _ => false,
    };

    /// <summary>The same for the same two, so that a message sent twice is taken once.</summary>
    public static Guid MessageId(Guid review, Guid request)
    {
        Span<byte> both = stackalloc byte[32];
        review.TryWriteBytes(both, bigEndian: true, out _);
        request.TryWriteBytes(both[16..], bigEndian: true, out _);
        var bytes = SHA256.HashData(both).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }

    private static bool ConcernsGrant(AccessRequest request, AccessValidated answer)
    {
        var suspended = request.Suspensions.Find(reason => reason.Cause == Suspension.Law);
        return Assessment.RefusalNow(request, answer) is { } refusal
            ? refusal.Code != suspended?.Code
            : suspended is not null || Durations.Read(answer.LongestDuration) < request.Grant!.EndsAt - request.Grant.StartsAt;
    }
}
