using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Sovereignty.Gateway.Routing;

internal static class Routes
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, Access> AccessByRoute =
        RouteTable.Routes.ToDictionary(route => route.Id, route => route.Access)
            .Concat(RouteTable.Documents.ToDictionary(document => document.Id, _ => Access.Anyone))
            .ToDictionary();

    internal static void AddRoutes(this WebApplicationBuilder builder) =>
        builder.Services.AddReverseProxy()
            .LoadFromMemory([.. ServiceRoutes(), .. DocumentRoutes()], [.. Clusters(builder.Configuration)])
            .AddTransforms(context => context.AddResponseHeaderRemove("Server", ResponseCondition.Always));

    internal static void MapRoutes(this WebApplication app) =>
        app.MapReverseProxy(proxy => proxy.Use(AnswerForFailedService))
            .ConfigureEndpoints((endpoint, route) => Protect(endpoint, AccessByRoute[route.RouteId]));

    private static void Protect(IEndpointConventionBuilder endpoint, Access access)
    {
        if (access.IsOpen)
        {
            endpoint.AllowAnonymous();
        }
        else if (access.Roles.Count > 0)
        {
            endpoint.RequireRoles([.. access.Roles]);
        }
        else
        {
            endpoint.RequireAuthorization();
        }
    }

    private static IEnumerable<RouteConfig> ServiceRoutes() =>
        RouteTable.Routes.Select(route => new RouteConfig
        {
            RouteId = route.Id,
            ClusterId = route.Service,
            Match = new RouteMatch { Path = route.Path, Methods = route.Methods.Split(',') },
            Transforms = route.To is null ? null : [new Dictionary<string, string> { ["PathPattern"] = route.To }],
        });

    private static IEnumerable<RouteConfig> DocumentRoutes() =>
        RouteTable.Documents.Select(document => new RouteConfig
        {
            RouteId = document.Id,
            ClusterId = document.Service,
            Match = new RouteMatch { Path = $"/openapi/{document.Name}.json", Methods = ["GET"] },
            Transforms = [new Dictionary<string, string> { ["PathSet"] = "/openapi/v1.json" }],
        });

    private static IEnumerable<ClusterConfig> Clusters(IConfiguration configuration) =>
        RouteTable.Services.Select(service => new ClusterConfig
        {
            ClusterId = service,
            HttpRequest = new ForwarderRequestConfig { ActivityTimeout = LongestSilence },
            Destinations = configuration[$"services:{service}:http:0"] is { Length: > 0 } address
                ? new Dictionary<string, DestinationConfig> { [service] = new() { Address = address } }
                : [],
        });

    private static async Task AnswerForFailedService(HttpContext context, RequestDelegate next)
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
                $"{service} did not answer in time. Repeat a POST only with the same Idempotency-Key.");
            return;
        }

        context.Response.Headers.RetryAfter = "2";
        await Problems.Write(context, StatusCodes.Status503ServiceUnavailable, "service-unavailable",
            $"{service} cannot be reached now. Try again in a few seconds; repeat a POST only with the same Idempotency-Key.");
    }
}
