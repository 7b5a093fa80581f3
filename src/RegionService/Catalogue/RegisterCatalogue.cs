using Microsoft.EntityFrameworkCore;
using Sovereignty.Contracts;
using Sovereignty.Messaging;
using Sovereignty.Messaging.Database;
using Sovereignty.RegionService.Registry;

namespace Sovereignty.RegionService.Catalogue;

/// <summary>On the first start of all, registers the providers' regions as active, before the service answers anyone.</summary>
internal sealed partial class RegisterCatalogue(
    IServiceScopeFactory scopes, ProviderCatalogue catalogue, TimeProvider time, ILogger<RegisterCatalogue> logger) : IHostedService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await Register(cancellationToken);
                return;
            }
            catch (Exception away) when (Transient.IsAway(away))
            {
                LogDatabaseAway(away.Message);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Register(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        var db = scope.ServiceProvider.GetRequiredService<RegionDbContext>();

        // Of two that start at once, the second waits here and finds the table filled.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtext('region.catalogue'))", cancellationToken);
        if (await db.Regions.AnyAsync(cancellationToken))
        {
            return;
        }

        var journal = scope.ServiceProvider.GetRequiredService<RegionJournal>();
        var actor = Actor.Service("region-service");
        foreach (var known in catalogue.Regions)
        {
            var row = RegionRow.FromCatalogue(known, time.GetUtcNow());
            db.Regions.Add(row);
            await journal.Registered(row, actor, cancellationToken);
        }

        await unit.Commit(cancellationToken);
        LogRegistered(catalogue.Regions.Count);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered {Count} regions of the catalogue")]
    private partial void LogRegistered(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away: {Reason}")]
    private partial void LogDatabaseAway(string reason);
}
