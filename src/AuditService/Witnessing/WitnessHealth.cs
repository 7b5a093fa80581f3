using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Sovereignty.AuditService.Witnessing;

/// <summary>Not ready while a witness refuses the log, or none can be asked; degraded while too few witnesses answer.</summary>
internal sealed class WitnessHealth(CheckpointWitnessing witnessing, WitnessPolicy policy, IOptions<AuditOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var refusals = witnessing.Witnesses.Select(witness => witness.Refusal).OfType<string>().ToList();
        var behind = policy.AsksForWitnesses ? witnessing.Behind : TimeSpan.Zero;
        var result = refusals.Count > 0 ? HealthCheckResult.Unhealthy(string.Join(' ', refusals))
            : witnessing.Problem is { } problem ? HealthCheckResult.Unhealthy($"No witness is asked: {problem}")
            : behind > options.Value.WitnessLimit ? HealthCheckResult.Degraded($"No quorum of witnesses for {behind.TotalSeconds:0} s. {Away()}")
            : HealthCheckResult.Healthy($"Ahead of the newest checkpoint with quorum for {behind.TotalSeconds:0.0} s. {Away()}".TrimEnd());
        return Task.FromResult(result);
    }

    private string Away()
    {
        var away = witnessing.Witnesses.Where(witness => witness.Failure is not null).Select(witness => $"{witness.Witness.Name} ({witness.Failure})").ToList();
        return away.Count == 0 ? "" : $"Away: {string.Join(", ", away)}.";
    }
}
