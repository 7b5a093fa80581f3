using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.Indexing;
using Sovereignty.AuditService.Numbering;

namespace Sovereignty.AuditService.Diagnostics;

/// <summary>Not ready when events wait for too long, or when the log contradicts a checkpoint; degraded while what is logged is not found, or nobody looks at its numbers.</summary>
internal sealed class AuditHealth(LogAppender appender, CheckpointSigner signer, SearchIndexer indexer, NumberFollower numbers, IOptions<AuditOptions> options) : IHealthCheck
{
    private static readonly TimeSpan FollowLimit = TimeSpan.FromMinutes(1);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var debt = appender.Debt;
        var result = signer.Refusal is { } refusal ? HealthCheckResult.Unhealthy(refusal)
            : debt > options.Value.DebtLimit ? HealthCheckResult.Unhealthy($"The oldest event that is not logged is {debt.TotalSeconds:0} s old.")
            : indexer.BehindFor > FollowLimit ? HealthCheckResult.Degraded($"The search table is {indexer.Behind} entries behind the log, for {indexer.BehindFor.TotalSeconds:0} s.")
            : numbers.StandsStillFor > FollowLimit ? HealthCheckResult.Degraded($"The numbers of the services are not followed for {numbers.StandsStillFor.TotalSeconds:0} s: nobody is told of missing ones.")
            : HealthCheckResult.Healthy($"Audit debt {debt.TotalSeconds:0.0} s{Missing()}");
        return Task.FromResult(result);
    }

    private string Missing() =>
        string.Concat(numbers.Missing.Where(source => source.Value > 0).Select(source => $"; {source.Value} numbers of {source.Key} are missing"));
}
