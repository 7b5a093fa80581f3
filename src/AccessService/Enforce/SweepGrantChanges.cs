using Microsoft.Extensions.Options;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Enforce;

/// <summary>Deletes changes of grants that nobody follows from any more.</summary>
internal sealed partial class SweepGrantChanges(IServiceScopeFactory scopes, IOptions<EnforceOptions> options, TimeProvider time, ILogger<SweepGrantChanges> logger) : BackgroundService
{
    private const int Batch = 10_000;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await Sweep(stoppingToken) == Batch)
                {
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception);
            }

            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task<long> Sweep(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        var deleted = await GrantChangeQueries.Delete(unit.Connection, time.GetUtcNow() - options.Value.Kept, Batch, cancellationToken);
        await unit.Commit(cancellationToken);
        return deleted;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old changes of grants could not be deleted; trying again later")]
    private partial void LogFailed(Exception exception);
}
