using System.Text.Json;

namespace Sovereignty.AccessService.Notify;

/// <summary>What people are told of: a closed list, only ever added to.</summary>
internal enum NotificationKind
{
    /// <summary>To those who may decide in its stage: a request waits for them.</summary>
    RequestAwaitingApproval,

    /// <summary>To the requester: the own request was approved, refused or denied, or it lapsed.</summary>
    RequestDecided,

    /// <summary>To approvers who were told that it waits: it waits no longer.</summary>
    RequestSettled,

    /// <summary>To the requester: the grant was revoked, its budget is used up, or its time is over.</summary>
    GrantEnded,

    /// <summary>To those who may decide in its stage and have not: the request still waits.</summary>
    RequestReminder,

    /// <summary>To compliance officers: a request has waited for too long.</summary>
    RequestEscalated,

    /// <summary>To compliance officers: too few people are left who could decide a request.</summary>
    RequestStalled,

    /// <summary>To the requester: the grant does not hold for now.</summary>
    GrantSuspended,

    /// <summary>To the requester: the grant holds again.</summary>
    GrantResumed,

    /// <summary>To the requester: the grant ends earlier.</summary>
    GrantShortened,
}

internal static class NotificationKinds
{
    public static string Name(this NotificationKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    public static NotificationKind Parse(string name) => Enum.GetValues<NotificationKind>().Single(kind => kind.Name() == name);
}
