using System.Security.Claims;
using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Requests;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.BrowseAccess;

/// <summary>
/// Whose requests a person sees, within the tenant that row-level security has already confined them to: all, those of the
/// jurisdictions that the directory lets them decide for, and the own.
/// </summary>
/// <param name="Roles">What both the token and the directory say.</param>
internal sealed record Visibility(string? TenantId, bool All, IReadOnlyList<string> Jurisdictions, IReadOnlyList<string> Roles, string Issuer, string Subject)
{
    public static async Task<Visibility> Of(ClaimsPrincipal user, UnitOfWork unit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var person = user.Tenant() is { } tenant && Standing.DecidingRoles.Any(user.IsInRole)
            ? await PeopleTable.FindStanding(unit.Connection, tenant, user.ToActor().Subject, now, cancellationToken)
            : null;
        return Of(user, person);
    }

    /// <param name="user">Who asks.</param>
    /// <param name="person">What the directory says of them, where they could decide at all.</param>
    public static Visibility Of(ClaimsPrincipal user, Standing? person)
    {
        var actor = user.ToActor();
        var roles = person is { Active: true } ? person.Roles.Intersect(actor.Roles).ToArray() : [];
        return new(
            user.Tenant(),
            user.IsInRole(ServiceDefaults.Identity.Roles.ComplianceOfficer) || (user.IsInRole(ServiceDefaults.Identity.Roles.PolicyAdmin) && user.IsPlatformStaff()),
            roles.Any(Standing.DecidingRoles.Contains) ? person!.Jurisdictions : [],
            roles,
            actor.Issuer,
            actor.Subject);
    }

    public bool Sees(AccessRequest request) =>
        All
        || (request.Routing is { } routing && Jurisdictions.Contains(routing.Jurisdiction))
        || (request.Requester.Subject == Subject && request.Requester.Issuer == Issuer);
}
