using Npgsql;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Notify;

/// <summary>Delivers what is due: at least once, many webhooks at a time, and one delivery at a time to each.</summary>
internal sealed partial class DeliverNotifications(IServiceScopeFactory scopes, WebhookClient client, TimeProvider time, ILogger<DeliverNotifications> logger) : BackgroundService
{
    private const int AtATime = 32;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ForgetInterval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        var forgetAt = time.GetUtcNow();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                running.RemoveAll(task => task.IsCompleted);
                try
                {
                    foreach (var claim in await Take(AtATime - running.Count, stoppingToken))
                    {
                        running.Add(Deliver(claim, stoppingToken));
                    }

                    if (time.GetUtcNow() >= forgetAt)
                    {
                        await InTransaction(connection => DeliveryQueue.Forget(connection, time.Now(), stoppingToken), stoppingToken);
                        forgetAt = time.GetUtcNow() + ForgetInterval;
                    }
                }
                catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
                {
                    LogDatabaseAway(exception.GetType().Name);
                    await Task.Delay(Interval, time, stoppingToken);
                }

                await Task.WhenAny([.. running, Task.Delay(Interval, time, stoppingToken)]);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        await Task.WhenAll(running);
    }

    private async Task<IReadOnlyList<Claim>> Take(int count, CancellationToken cancellationToken)
    {
        IReadOnlyList<Claim> claims = [];
        if (count > 0)
        {
            await InTransaction(async connection => claims = await DeliveryQueue.Take(connection, count, client.LongestPost * 2, time.Now(), cancellationToken), cancellationToken);
        }

        return claims;
    }

    private async Task Deliver(Claim claim, CancellationToken stoppingToken)
    {
        try
        {
            try
            {
                var (outcome, attempts) = await client.Post(claim.WebhookId, claim.Url, claim.DeliveryId, claim.Body, stoppingToken);
                await InTransaction(connection => DeliveryQueue.Record(connection, claim, outcome, attempts, time.Now(), CancellationToken.None), CancellationToken.None);
                if (!outcome.IsDelivered)
                {
                    LogNotDelivered(claim.DeliveryId, claim.WebhookId, outcome.Error!, outcome.Status);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                await InTransaction(connection => DeliveryQueue.Abandon(connection, claim, time.Now(), CancellationToken.None), CancellationToken.None);
            }
        }
        catch (Exception exception)
        {
            // The lease runs out, and it is tried again.
            LogUnrecorded(claim.DeliveryId, claim.WebhookId, exception.GetType().Name);
        }
    }

    private async Task InTransaction(Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        await work(unit.Connection);
        await unit.Commit(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {DeliveryId} to webhook {WebhookId} did not succeed: {Error}, status {Status}")]
    private partial void LogNotDelivered(Guid deliveryId, Guid webhookId, string error, int? status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "How delivery {DeliveryId} to webhook {WebhookId} went could not be recorded, so it will be repeated: {Error}")]
    private partial void LogUnrecorded(Guid deliveryId, Guid webhookId, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deliveries could not be read and will be tried again: {Error}")]
    private partial void LogDatabaseAway(string error);
}
