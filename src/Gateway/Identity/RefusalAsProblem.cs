using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.IdentityModel.Tokens;

namespace Sovereignty.Gateway.Identity;

internal sealed class RefusalAsProblem : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        return authorizeResult.Challenged ? Challenge(context) : Forbid(context, policy);
    }

    private static async Task Challenge(HttpContext context)
    {
        var failure = (await context.AuthenticateAsync()).Failure;
        var (code, detail) = failure switch
        {
            null => ("token-missing", "Send a token of the identity provider: Authorization: Bearer TOKEN."),
            SecurityTokenExpiredException => ("token-expired", "The token has expired. Fetch a new one."),
            _ => ("token-invalid", "The token is not one of this platform's identity provider, or was changed, or is for another audience."),
        };

        context.Response.Headers.WWWAuthenticate = failure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        await Problems.Write(context, StatusCodes.Status401Unauthorized, code, detail);
    }

    private static Task Forbid(HttpContext context, AuthorizationPolicy policy)
    {
        var roles = policy.Requirements.OfType<RolesAuthorizationRequirement>().SelectMany(requirement => requirement.AllowedRoles).Distinct();
        return Problems.Write(context, StatusCodes.Status403Forbidden, "role-missing",
            $"This needs one of the roles: {string.Join(", ", roles)}.");
    }
}
