using System.Security.Claims;
using Sovereignty.AccessService.Requests;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.BrowseAccess;

/// <summary>
/// Whose requests a person sees, within the tenant that row-level security has already confined them to: all, those of the own
/// jurisdiction, and the own.
/// </summary>
internal sealed record Visibility(string? TenantId, bool All, string? Jurisdiction, string Issuer, string Subject)
{
    public static Visibility Of(ClaimsPrincipal user)
    {
        var actor = user.ToActor();
        return new(
            user.Tenant(),
            user.IsInRole(Roles.ComplianceOfficer) || (user.IsInRole(Roles.PolicyAdmin) && user.IsPlatformStaff()),
            user.IsInRole(Roles.Approver) || user.IsInRole(Roles.Dpo) ? actor.Country : null,
            actor.Issuer,
            actor.Subject);
    }

    public bool Sees(AccessRequest request) =>
        All
        || (Jurisdiction is not null && request.Routing?.Jurisdiction == Jurisdiction)
        || (request.Requester.Subject == Subject && request.Requester.Issuer == Issuer);
}
