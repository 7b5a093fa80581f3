using Npgsql;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Review;

/// <summary>Begins walks, goes on with those that no answer drives, and tells of changes of standing when they begin to hold.</summary>
internal sealed partial class ReviewWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<ReviewWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(30);

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
            await GoOn(scope.ServiceProvider.GetRequiredService<StandingReviews>().GoOn(review, cancellationToken), dueAt => StandingReviews.PutOff(review, dueAt));
        }
        else if (await WalkTable.TakeDue(unit.Connection, time.Now(), cancellationToken) is { } walk)
        {
            await GoOn(scope.ServiceProvider.GetRequiredService<Walker>().GoOn(walk, cancellationToken), dueAt => WalkTable.PutOff(walk, dueAt));
        }
        else
        {
            return false;
        }

        return true;

        async Task GoOn(Task handling, Func<DateTimeOffset, NpgsqlBatchCommand> putOff)
        {
            try
            {
                await handling;
                await unit.Commit(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogPutOff(exception.GetType().Name, exception.Message);
                await unit.DisposeAsync();
                await PutOff(putOff(time.Now() + PauseAfterFailure), cancellationToken);
            }
        }
    }

    /// <summary>In a transaction of its own, so that what cannot go on keeps nothing else waiting.</summary>
    private async Task PutOff(NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        unit.Defer(command);
        await unit.Commit(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A review could not go on and will in a moment: {Error}, {Reason}")]
    private partial void LogFailed(string error, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A review could not go on and is put off: {Error}, {Reason}")]
    private partial void LogPutOff(string error, string reason);
}
