using System.Text.Json;

namespace Sovereignty.AccessService.Notify;

/// <summary>What people are told of: a closed list, only ever added to.</summary>
internal enum NotificationKind
{
    /// <summary>To approvers: a request waits for them.</summary>
    RequestAwaitingApproval,

    /// <summary>To the requester: the own request was approved, refused or denied, or it lapsed.</summary>
    RequestDecided,

    /// <summary>To approvers who were told that it waits: it waits no longer.</summary>
    RequestSettled,

    /// <summary>To the requester: the grant was revoked, or its time is over.</summary>
    GrantEnded,
}

internal static class NotificationKinds
{
    public static string Name(this NotificationKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    public static NotificationKind Parse(string name) => Enum.GetValues<NotificationKind>().Single(kind => kind.Name() == name);
}
