using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Sovereignty.Client;

namespace Sovereignty.AccessService.Enforce;

/// <summary>
/// Looks for changes of grants while anybody waits for them, once for all who wait. Whoever waits is answered from a reading that
/// began after they asked, so that an empty answer is true.
/// </summary>
internal sealed class ChangeFeed(ReadDatabase database, IOptions<EnforceOptions> options, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private readonly Channel<Waiter> _joining = Channel.CreateUnbounded<Waiter>(new() { SingleReader = true });

    /// <summary>Waits until something changes for a tenant.</summary>
    /// <returns>What changed, nothing when the wait is over; null where the position is too old to go on from.</returns>
    /// <exception cref="OperationCanceledException">The caller is gone, or the service stops.</exception>
    public async Task<GrantChangesPage?> Wait(string tenantId, GrantPosition after, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var waiter = new Waiter(tenantId, after, time.GetUtcNow() + wait);
        await using var registration = gone.Token.Register(() => waiter.Answer.TrySetCanceled(gone.Token));
        _joining.Writer.TryWrite(waiter);
        return await waiter.Answer.Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var waiting = new List<Waiter>();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (waiting.Count == 0)
            {
                waiting.Add(await _joining.Reader.ReadAsync(stoppingToken));
            }

            while (_joining.Reader.TryRead(out var joined))
            {
                waiting.Add(joined);
            }

            waiting.RemoveAll(waiter => waiter.Answer.Task.IsCompleted);
            await Serve(waiting, stoppingToken);
            waiting.RemoveAll(waiter => waiter.Answer.Task.IsCompleted);
            await Task.Delay(options.Value.PollEvery, time, stoppingToken);
        }
    }

    private async Task Serve(List<Waiter> waiting, CancellationToken cancellationToken)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        try
        {
            await Read(waiting, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            waiting.ForEach(waiter => waiter.Answer.TrySetException(exception));
        }
    }

    private async Task Read(List<Waiter> waiting, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var seen = GrantPosition.InAll([.. waiting.Select(waiter => waiter.After)]);
        var reading = await database.Read(connection => GrantChangeQueries.Since(connection, seen, options.Value.MostChanges, cancellationToken), cancellationToken);
        var isWhole = reading.Changes.Count < options.Value.MostChanges;
        foreach (var waiter in waiting)
        {
            // A position from the future is one of another database, or of this one before it was restored.
            if (waiter.After.Least <= reading.DeletedTo || waiter.After.Next > reading.Position.Next || (!isWhole && waiter.After.Least == seen.Least))
            {
                waiter.Answer.TrySetResult(null);
            }
        }

        if (!isWhole)
        {
            return;
        }

        var changes = waiting.Where(waiter => !waiter.Answer.Task.IsCompleted)
            .Select(waiter => (Waiter: waiter, Requests: reading.Changes.Where(change => change.TenantId == waiter.TenantId && !waiter.After.Saw(change.WrittenBy)).Select(change => change.RequestId).ToHashSet()))
            .ToList();
        var requests = changes.SelectMany(changed => changed.Requests).Distinct().ToArray();
        var grants = requests is [] ? null : await database.Read(connection => GrantChangeQueries.Now(connection, requests, cancellationToken), cancellationToken);
        foreach (var (waiter, changed) in changes)
        {
            if (changed.Count > 0 || now >= waiter.Until)
            {
                waiter.Answer.TrySetResult(new(reading.Position.ToString(), [.. changed.Where(id => grants!.ContainsKey(id)).Select(id => grants![id])]));
            }

            waiter.After = reading.Position;
        }
    }

    private sealed class Waiter(string tenantId, GrantPosition after, DateTimeOffset until)
    {
        public string TenantId => tenantId;

        public GrantPosition After { get; set; } = after;

        public DateTimeOffset Until => until;

        public TaskCompletionSource<GrantChangesPage?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
