using Sovereignty.Gateway.Issuer;
using Sovereignty.Gateway.Limits;
using Sovereignty.Gateway.Proofs;
using Sovereignty.Gateway.Routing;
using Sovereignty.ServiceDefaults;

namespace Sovereignty.Gateway;

internal static class GatewayHost
{
    internal static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddDevelopmentIssuer();
        builder.AddDecisionProofs();
        builder.AddServiceDefaults("gateway");
        builder.AddFrontDoor();
        builder.AddRoutes();
        builder.AddRateLimits();

        // Not UseServiceDefaults: the rate limit wants to know the caller, and to come before the refusals.
        var app = builder.Build();
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseRequestBodyRules();
        app.MapHealthEndpoints();
        app.MapDevelopmentIssuer();
        app.MapDecisionProofs();
        app.MapApiReference();
        app.MapRoutes();
        return app;
    }
}
