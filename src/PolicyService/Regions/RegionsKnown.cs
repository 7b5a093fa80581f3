using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sovereignty.PolicyService.Regions;

/// <summary>Ready means able to decide: RegionService has told all regions once.</summary>
internal sealed class RegionsKnown : IHealthCheck
{
    private volatile bool _value;

    public bool Value
    {
        get => _value;
        set => _value = value;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_value ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("RegionService has not told the regions yet."));
}
