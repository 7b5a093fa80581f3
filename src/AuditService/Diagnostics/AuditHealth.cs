using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Checkpoints;

namespace Sovereignty.AuditService.Diagnostics;

/// <summary>Not ready when events wait for too long, or when the log contradicts a checkpoint.</summary>
internal sealed class AuditHealth(LogAppender appender, CheckpointSigner signer, IOptions<AuditOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var debt = appender.Debt;
        var result = signer.Refusal is { } refusal ? HealthCheckResult.Unhealthy(refusal)
            : debt > options.Value.DebtLimit ? HealthCheckResult.Unhealthy($"The oldest event that is not logged is {debt.TotalSeconds:0} s old.")
            : HealthCheckResult.Healthy($"Audit debt {debt.TotalSeconds:0.0} s");
        return Task.FromResult(result);
    }
}
