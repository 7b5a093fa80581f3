using Microsoft.AspNetCore.Authorization;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Sovereignty.Gateway.Routing;

internal static class Routes
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    internal static void AddRoutes(this WebApplicationBuilder builder)
    {
        foreach (var access in RouteTable.Routes.Select(route => route.Access).Where(access => access.Roles.Count > 0).DistinctBy(access => access.PolicyName))
        {
            builder.Services.AddAuthorizationBuilder().AddPolicy(access.PolicyName, access.ToPolicy());
        }

        builder.Services.AddReverseProxy()
            .LoadFromMemory([.. ServiceRoutes(), .. DocumentRoutes()], [.. Clusters(builder.Configuration)])
            .AddTransforms(context => context.AddResponseHeaderRemove("Server", ResponseCondition.Always));
    }

    internal static void MapRoutes(this WebApplication app)
    {
        app.Map("/access/{**rest}", NotSupported).RequireAuthorization();
        app.MapReverseProxy(proxy => proxy.Use(AnswerWhenDestinationFailed));
    }

    private static IEnumerable<RouteConfig> ServiceRoutes() =>
        RouteTable.Routes.Select(route => new RouteConfig
        {
            RouteId = $"{route.Methods} {route.Path}",
            ClusterId = route.Service,
            Match = new RouteMatch { Path = route.Path, Methods = route.Methods.Split(',') },
            AuthorizationPolicy = route.Access.PolicyName,
        });

    private static IEnumerable<RouteConfig> DocumentRoutes() =>
        RouteTable.Documents.Select(document => new RouteConfig
        {
            RouteId = $"openapi {document.Name}",
            ClusterId = document.Service,
            Match = new RouteMatch { Path = $"/openapi/{document.Name}.json", Methods = ["GET"] },
            AuthorizationPolicy = Access.Anyone.PolicyName,
            Transforms = [new Dictionary<string, string> { ["PathSet"] = "/openapi/v1.json" }],
        });

    private static IEnumerable<ClusterConfig> Clusters(IConfiguration configuration) =>
        RouteTable.Services.Select(service => new ClusterConfig
        {
            ClusterId = service,
            HttpRequest = new ForwarderRequestConfig { ActivityTimeout = Silence },
            Destinations = configuration[$"services:{service}:http:0"] is { Length: > 0 } address
                ? new Dictionary<string, DestinationConfig> { [service] = new() { Address = address } }
                : [],
        });

    private static async Task AnswerWhenDestinationFailed(HttpContext context, RequestDelegate next)
    {
        await next(context);

        if (context.GetForwarderErrorFeature() is not { } failure || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var service = context.GetReverseProxyFeature().Cluster.Config.ClusterId;
        if (failure.Error is ForwarderError.RequestTimedOut)
        {
            await Problems.Write(context, StatusCodes.Status504GatewayTimeout, "service-timeout",
                $"{service} did not answer in time. A repeated POST needs the same Idempotency-Key.");
            return;
        }

        context.Response.Headers.RetryAfter = "2";
        await Problems.Write(context, StatusCodes.Status503ServiceUnavailable, "service-unavailable",
            $"{service} cannot be reached now. Try again in a few seconds; a repeated POST needs the same Idempotency-Key.");
    }

    private static Task NotSupported(HttpContext context) =>
        Problems.Write(context, StatusCodes.Status501NotImplemented, "not-supported",
            "Cross-border access requests are not supported by this version. The audit log is at /access/audit.");
}
