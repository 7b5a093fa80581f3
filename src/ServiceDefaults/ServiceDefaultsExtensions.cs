using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Sovereignty.Contracts;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;
using Sovereignty.ServiceDefaults.Operations;
using Sovereignty.ServiceDefaults.Telemetry;

namespace Sovereignty.ServiceDefaults;

public static class ServiceDefaultsExtensions
{
    private const long MaxRequestBytes = 256 * 1024;

    public static void AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        });

        builder.AddTelemetry(service);
        builder.AddBearerAuthentication();
        services.AddProblems();
        services.AddHealthChecks();
        services.AddOpenApi("v1", OpenApiDefaults.Configure);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options =>
        {
            ContractJson.Configure(options.SerializerOptions);
            options.SerializerOptions.RespectNullableAnnotations = true;
            options.SerializerOptions.AllowDuplicateProperties = false;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler(options => options.Retry.DisableForUnsafeHttpMethods()));
    }

    /// <summary>A context on the connection of the unit of work, whose transaction it never ends by itself.</summary>
    public static void AddServiceDbContext<TContext>(this WebApplicationBuilder builder)
        where TContext : DbContext =>
        builder.Services.AddDbContext<TContext>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<UnitOfWork>().Connection)
            .UseSnakeCaseNamingConvention()
            .AddInterceptors(TransactionIsTheUnitOfWorks.Instance));

    public static void UseServiceDefaults(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<UnitOfWorkMiddleware>();
        app.MapHealthEndpoints();
        app.MapMessageOperations();
        app.MapOpenApi().AllowAnonymous();
    }

    /// <summary><c>/health</c>: ready for work. <c>/alive</c>: a restart would not help.</summary>
    public static void MapHealthEndpoints(this IEndpointRouteBuilder app)
    {
        // Without a transaction, also for a caller with a token: they answer while the database is away.
        app.MapHealthChecks("/health", new() { Predicate = check => !check.Tags.Contains("live"), ResponseWriter = HealthResponse.Write }).AllowAnonymous().WithMetadata(new WithoutUnitOfWork());
        app.MapHealthChecks("/alive", new() { Predicate = check => check.Tags.Contains("live"), ResponseWriter = HealthResponse.Write }).AllowAnonymous().WithMetadata(new WithoutUnitOfWork());
    }
}
