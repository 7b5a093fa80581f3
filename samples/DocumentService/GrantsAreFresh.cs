using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sovereignty.Client;

namespace Sovereignty.DocumentService;

/// <summary>Ready only while checks are answered.</summary>
internal sealed class GrantsAreFresh(SovereigntyClient sovereignty) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(sovereignty.IsFresh ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The copy of the grants is too old."));
}
