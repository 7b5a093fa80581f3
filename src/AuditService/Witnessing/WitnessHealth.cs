using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Sovereignty.AuditService.Witnessing;

/// <summary>
/// Not ready while a witness proves another history of the log, while refusals keep its checkpoints from their quorum, or while
/// none can be asked; degraded while a witness refuses without proof, or too few answer.
/// </summary>
internal sealed class WitnessHealth(CheckpointWitnessing witnessing, WitnessPolicy policy, IOptions<AuditOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var refusing = witnessing.Witnesses.Where(witness => witness.Refusal is not null).ToList();
        var refusals = string.Join(' ', refusing.Select(witness => witness.Refusal));
        var behind = policy.AsksForWitnesses ? witnessing.Behind : TimeSpan.Zero;
        var isLate = behind > options.Value.WitnessLimit;
        var lacking = $"No quorum of witnesses for {behind.TotalSeconds:0} s. {Away()}";
        var result = refusing.Any(witness => witness.RefusalIsProven) ? HealthCheckResult.Unhealthy(refusals)
            : witnessing.Problem is { } problem ? HealthCheckResult.Unhealthy($"No witness is asked: {problem}")
            : isLate && refusing.Count > 0 ? HealthCheckResult.Unhealthy($"{lacking} {refusals}")
            : isLate ? HealthCheckResult.Degraded(lacking)
            : refusing.Count > 0 ? HealthCheckResult.Degraded($"{refusals} {Away()}".TrimEnd())
            : HealthCheckResult.Healthy($"Ahead of the newest checkpoint with quorum for {behind.TotalSeconds:0.0} s. {Away()}".TrimEnd());
        return Task.FromResult(result);
    }

    private string Away()
    {
        var away = witnessing.Witnesses.Where(witness => witness.Failure is not null).Select(witness => $"{witness.Witness.Name} ({witness.Failure})").ToList();
        return away.Count == 0 ? "" : $"Away: {string.Join(", ", away)}.";
    }
}
