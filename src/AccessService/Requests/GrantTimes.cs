namespace Sovereignty.AccessService.Requests;

/// <summary>When a grant begins and ends: at approval or at its scheduled start, and never after the end that was asked for.</summary>
internal static class GrantTimes
{
    /// <summary>The window of a grant that is approved now; null where nothing would be left of it.</summary>
    public static (DateTimeOffset StartsAt, DateTimeOffset EndsAt)? Of(AccessRequest request, TimeSpan? lastApproval, DateTimeOffset now)
    {
        var start = request.Start > now ? request.Start.Value : now;
        var allowed = request.VotesOfRoute.Select(vote => vote.Duration).Append(lastApproval).Append(request.Duration).Min()!.Value;
        var ends = new[]
        {
            start + allowed,
            RequestedEnd(request.Start, request.Duration) ?? DateTimeOffset.MaxValue,
            request.Mechanism?.ValidUntil ?? DateTimeOffset.MaxValue,
        };
        return ends.Min() is var end && end > start ? (start, end) : null;
    }

    /// <summary>The end that was asked for; null where the access begins whenever it is approved.</summary>
    public static DateTimeOffset? RequestedEnd(DateTimeOffset? start, TimeSpan duration) => start + duration;
}
