namespace Sovereignty.AccessService.Requests;

/// <summary>Names of the saga's states, and what they have in common.</summary>
internal static class States
{
    public const string Submitted = nameof(Submitted);
    public const string Validating = nameof(Validating);
    public const string AwaitingApproval = nameof(AwaitingApproval);
    public const string Scheduled = nameof(Scheduled);
    public const string Active = nameof(Active);
    public const string Suspended = nameof(Suspended);
    public const string Refused = nameof(Refused);
    public const string Denied = nameof(Denied);
    public const string Withdrawn = nameof(Withdrawn);
    public const string Lapsed = nameof(Lapsed);
    public const string Ended = nameof(Ended);
    public const string GivenBack = nameof(GivenBack);
    public const string Exhausted = nameof(Exhausted);
    public const string Revoked = nameof(Revoked);

    /// <summary>Not decided yet.</summary>
    public static IReadOnlyList<string> Pending { get; } = [Submitted, Validating, AwaitingApproval];

    /// <summary>With a grant that has not been ended.</summary>
    public static IReadOnlyList<string> Granted { get; } = [Scheduled, Active, Suspended];

    /// <summary>The state at a moment: a pending request past its time has lapsed and a grant past its end has ended, whether or not that was noticed.</summary>
    public static string At(AccessRequest request, DateTimeOffset now) => request.CurrentState switch
    {
        var state when Pending.Contains(state) && now >= request.LapsesAt => Lapsed,
        var state when Granted.Contains(state) && now >= request.Grant!.EndsAt => Ended,
        var state => state,
    };
}
