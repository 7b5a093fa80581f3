using Microsoft.AspNetCore.Authorization;

namespace Sovereignty.Gateway.Routing;

/// <summary>Who may take a route; the name is that of the authorization policy.</summary>
internal sealed record Access(string PolicyName, IReadOnlyList<string> Roles)
{
    // The first two names are YARP's own.
    internal static Access Anyone { get; } = new("anonymous", []);

    internal static Access SignedIn { get; } = new("default", []);

    internal static Access Only(params string[] roles) => new("roles:" + string.Join(',', roles), roles);

    internal AuthorizationPolicy ToPolicy() => new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireRole(Roles).Build();
}
