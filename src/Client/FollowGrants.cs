using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sovereignty.Client;

/// <summary>Keeps the copy of the grants: a snapshot, then what changes. Whatever fails is tried again; meanwhile the copy grows old.</summary>
internal sealed partial class FollowGrants(GrantFeed feed, GrantReplica replica, TimeProvider time, ILogger<FollowGrants> logger) : BackgroundService
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan EndedKept = TimeSpan.FromDays(1);

    private long _sweptAt = time.GetTimestamp();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? position = null;
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                position = position is null ? await Load(stoppingToken) : await Follow(position, stoppingToken);
                failures = 0;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (failures++ == 0)
                {
                    LogLost(exception);
                }

                await Task.Delay(Pause(failures), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static TimeSpan Pause(int failures)
    {
        var longest = ShortestPause * Math.Pow(2, Math.Min(failures, 10));
        return (longest < LongestPause ? longest : LongestPause) * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    private async Task<string> Load(CancellationToken cancellationToken)
    {
        var sentAt = replica.Now();
        var page = await feed.Snapshot(null, cancellationToken);
        var position = page.Position;
        var table = new GrantTable();
        for (; ; page = await feed.Snapshot(page.NextCursor, cancellationToken))
        {
            foreach (var grant in page.Items)
            {
                table.Apply(grant);
            }

            if (page.NextCursor is null)
            {
                break;
            }
        }

        replica.Replace(table, sentAt);
        LogLoaded(table.Count);
        return position;
    }

    /// <returns>The next position; null where only a snapshot helps.</returns>
    private async Task<string?> Follow(string position, CancellationToken cancellationToken)
    {
        var sentAt = replica.Now();
        if (await feed.Changes(position, cancellationToken) is not { } changes)
        {
            LogExpired();
            return null;
        }

        replica.Apply(changes.Items, sentAt);
        if (time.GetElapsedTime(_sweptAt) > SweepEvery)
        {
            _sweptAt = time.GetTimestamp();
            replica.RemoveEnded(time.GetUtcNow() - EndedKept);
        }

        return changes.Position;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} grants loaded")]
    private partial void LogLoaded(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The position in the changes of grants is too old; a whole snapshot comes next")]
    private partial void LogExpired();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The feed of grants is not reached; trying again until it is")]
    private partial void LogLost(Exception exception);
}
