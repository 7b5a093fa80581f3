using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sovereignty.AppHost;

/// <summary>What the parts need beyond Aspire's own surface. Compiled only with <c>UseAspire=true</c>.</summary>
internal static class AspireExtensions
{
    public static IResourceBuilder<ExecutableResource> WithReadiness(
        this IResourceBuilder<ExecutableResource> builder, Func<CancellationToken, Task<bool>> isReady)
    {
        var key = $"{builder.Resource.Name}-ready";
        builder.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(key, async cancellation =>
            await isReady(cancellation) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
        return builder.WithHealthCheck(key);
    }

    /// <summary>Aspire's orchestrator knows one way to stop an executable.</summary>
    public static IResourceBuilder<ExecutableResource> WithStopSignal(
        this IResourceBuilder<ExecutableResource> builder, PosixSignal signal)
    {
        _ = signal;
        return builder;
    }
}
