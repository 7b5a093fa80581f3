using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.ServiceDefaults.Identity;

/// <summary>Bearer tokens (RFC 6750) of any OpenID Connect issuer; nothing is reachable without one unless it says so.</summary>
public static class BearerAuthentication
{
    public static void AddBearerAuthentication(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Authentication");
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.Authority = settings["Authority"];
            options.Audience = settings["Audience"] ?? "sovereignty";
            options.MapInboundClaims = false;
            options.TokenValidationParameters.NameClaimType = "sub";
            options.TokenValidationParameters.RoleClaimType = "roles";
            options.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];
            options.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(2);
            options.Events = new() { OnChallenge = Challenge, OnForbidden = Forbid };
        });
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    /// <summary>Lets only callers in who have one of the roles; the refusal names them.</summary>
    public static TBuilder RequireRoles<TBuilder>(this TBuilder endpoint, params string[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(policy => policy.RequireRole(roles)).WithMetadata(new RequiredRoles(roles));

    private static async Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var (code, detail) = context.AuthenticateFailure switch
        {
            null => ("token-missing", "Send a bearer token in the Authorization header."),
            SecurityTokenExpiredException => ("token-expired", "The token has expired. Get a new one."),
            _ => ("token-invalid", "The token is not one that this platform's issuer gave for it. Get a new one."),
        };
        context.Response.Headers.WWWAuthenticate = context.AuthenticateFailure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        await Problems.Write(context.HttpContext, 401, code, detail);
    }

    private static Task Forbid(ForbiddenContext context)
    {
        var roles = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<RequiredRoles>()?.Roles ?? [];
        var detail = roles.Count == 0 ? "Your roles do not allow this." : $"This needs one of the roles {string.Join(", ", roles)}.";
        return Problems.Write(context.HttpContext, 403, "role-missing", detail);
    }
}

/// <summary>The roles of which an endpoint wants one.</summary>
public sealed record RequiredRoles(IReadOnlyList<string> Roles);
