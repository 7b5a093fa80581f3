using Sovereignty.Gateway.Identity;
using Sovereignty.Gateway.Issuer;
using Sovereignty.Gateway.Limits;
using Sovereignty.Gateway.Routing;

namespace Sovereignty.Gateway;

internal static class GatewayHost
{
    internal static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddDevelopmentIssuer();
        builder.AddCallerIdentity();
        builder.AddFrontDoor();
        builder.AddRoutes();
        builder.AddRateLimits();

        var app = builder.Build();
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages(Problems.WriteForStatus);
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseRequestBodyRules();
        app.MapHealth();
        app.MapDevelopmentIssuer();
        app.MapApiReference();
        app.MapRoutes();
        return app;
    }
}
