using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Review;

/// <summary>Begins walks, goes on with those that no answer drives, and tells of changes of standing when they begin to hold.</summary>
internal sealed partial class ReviewWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<ReviewWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    while (await Step(stoppingToken))
                    {
                    }
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(exception.GetType().Name, exception.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Does one thing that is due.</summary>
    /// <returns>Whether there was any.</returns>
    private async Task<bool> Step(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        if (await StandingReviews.TakeDue(unit.Connection, time.Now(), cancellationToken) is { } review)
        {
            await scope.ServiceProvider.GetRequiredService<StandingReviews>().GoOn(review, cancellationToken);
        }
        else if (await WalkTable.TakeDue(unit.Connection, time.Now(), cancellationToken) is { } walk)
        {
            await scope.ServiceProvider.GetRequiredService<Walker>().GoOn(walk, cancellationToken);
        }
        else
        {
            return false;
        }

        await unit.Commit(cancellationToken);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A review could not go on and will in a moment: {Error}, {Reason}")]
    private partial void LogFailed(string error, string reason);
}
