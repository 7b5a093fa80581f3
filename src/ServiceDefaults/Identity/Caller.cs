using System.Security.Claims;
using Sovereignty.Contracts;

namespace Sovereignty.ServiceDefaults.Identity;

/// <summary>What a token says of its bearer.</summary>
public static class Caller
{
    /// <summary>What row-level security calls every tenant: for platform staff, who belong to none.</summary>
    public const string AllTenants = "*";

    private static readonly string[] PlatformRoles = [Roles.PolicyAdmin, Roles.RegionAdmin, Roles.Operator];

    /// <summary>The tenant; null for platform staff.</summary>
    public static string? Tenant(this ClaimsPrincipal user) => user.FindFirstValue("tenant");

    /// <summary>One name for one person of one issuer, whatever characters these have.</summary>
    public static string Key(this ClaimsPrincipal user) =>
        string.Join('\n', user.FindFirstValue("iss"), user.Tenant(), user.FindFirstValue("sub"));

    /// <summary>Whether the caller belongs to the platform rather than to a tenant.</summary>
    public static bool IsPlatformStaff(this ClaimsPrincipal user) => user.Tenant() is null && PlatformRoles.Any(user.IsInRole);

    /// <summary>
    /// The tenant whose rows the caller sees; nobody's for a token that has neither tenant nor platform role, or whose tenant
    /// could be mistaken for all of them.
    /// </summary>
    public static string TenantScope(this ClaimsPrincipal user) => user.Tenant() switch
    {
        null => user.IsPlatformStaff() ? AllTenants : "",
        { Length: > 0 } tenant when tenant.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.') => tenant,
        _ => "",
    };

    public static Actor ToActor(this ClaimsPrincipal user) =>
        new()
        {
            Issuer = user.FindFirstValue("iss") ?? "",
            Subject = user.FindFirstValue("sub") ?? "",
            DisplayName = user.FindFirstValue("name"),
            Roles = [.. user.FindAll("roles").Select(claim => claim.Value)],
            Country = user.FindFirstValue("country"),
        };
}
