using Npgsql;
using Sovereignty.Contracts.Regions;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.PolicyService.Provisions;

namespace Sovereignty.PolicyService.Regions;

/// <summary>
/// At start: the first epoch where there is none, and RegionService asked for all regions, until it has told them. A database
/// that knows them is asked for once more, since it may have been restored from before some change.
/// </summary>
internal sealed partial class RequestRegions(
    IServiceScopeFactory scopes, PolicySnapshots snapshots, RegionsKnown known, TimeProvider time, ILogger<RequestRegions> logger) : BackgroundService
{
    public const string Queue = "region.snapshot-requests";
    private const int RequestEvery = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 0; !stoppingToken.IsCancellationRequested && !known.Value; round++)
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
        await PolicySnapshots.Lock(unit, cancellationToken);
        await ShippedProvisions.Record(unit, snapshots, time.GetUtcNow(), cancellationToken);
        var epoch = await snapshots.Current(unit, cancellationToken);
        if (request && !await IsOnItsWay(unit.Connection, cancellationToken))
        {
            unit.Send(Queue, new RequestRegionSnapshot { RequestedBy = Service.Name });
        }

        await unit.Commit(cancellationToken);
        known.Value = epoch.RegionsKnown;
    }

    // While RegionService has no queue yet the broker does not take the request: one that waits is enough.
    private static async Task<bool> IsOnItsWay(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM messaging.outbox WHERE exchange = $1)", connection);
        command.Parameters.Add(new() { Value = Queue });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Regions could not be asked for: {Error}, {Reason}")]
    private partial void LogFailed(string error, string reason);
}
