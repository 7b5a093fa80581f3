using Sovereignty.Contracts.Regions;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;

namespace Sovereignty.PolicyService.Regions;

/// <summary>At start: the first epoch where there is none, and RegionService asked for all regions until it has told them.</summary>
internal sealed partial class RequestRegions(
    IServiceScopeFactory scopes, PolicySnapshots snapshots, RegionsKnown known, TimeProvider time, ILogger<RequestRegions> logger) : BackgroundService
{
    private const string Queue = "region.snapshot-requests";
    private const int RequestEvery = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 0; !known.Value; round++)
        {
            try
            {
                await Look(request: round % RequestEvery == 0, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception.GetType().Name, exception.Message);
            }

            if (!known.Value)
            {
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
    }

    private async Task Look(bool request, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        await snapshots.BeginWhereShippedDataDiffers(unit.Connection, cancellationToken);
        var epoch = await snapshots.Current(unit.Connection, cancellationToken);
        if (!epoch.RegionsKnown && request)
        {
            unit.Send(Queue, new RequestRegionSnapshot { RequestedBy = Service.Name });
        }

        await unit.Commit(cancellationToken);
        known.Value = epoch.RegionsKnown;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Regions could not be asked for: {Error}, {Reason}")]
    private partial void LogFailed(string error, string reason);
}
