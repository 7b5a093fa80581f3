using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.People;

/// <summary>What a person may do at a moment, as the directory says it.</summary>
internal sealed record Standing(
    string TenantId,
    string Subject,
    int Version,
    string? DisplayName,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Jurisdictions,
    bool Active,
    DateTimeOffset ValidFrom)
{
    /// <summary>Roles of which a person who decides on requests holds one.</summary>
    public static IReadOnlyList<string> DecidingRoles { get; } = [ServiceDefaults.Identity.Roles.Approver, ServiceDefaults.Identity.Roles.Dpo, ServiceDefaults.Identity.Roles.Legal];

    /// <summary>Whether the person may still use what was granted. Whom the directory does not know, the token alone speaks for.</summary>
    public static bool MayUse(Standing? person) => person is null || (person.Active && person.Roles.Contains(ServiceDefaults.Identity.Roles.Requester));
}
