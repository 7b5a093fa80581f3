using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using Sovereignty.Client;

namespace Sovereignty.AccessService.Enforce;

/// <summary>
/// Looks for changes of grants while anybody waits for them, once for all who wait. Whoever waits is answered from a reading that
/// began after they asked, so that an empty answer is true.
/// </summary>
internal sealed class ChangeFeed(ReadDatabase database, IOptions<EnforceOptions> options, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private readonly Channel<Waiter> _joining = Channel.CreateUnbounded<Waiter>(new() { SingleReader = true });
    private ulong _deletedTo;

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

    private async Task Serve(IReadOnlyList<Waiter> waiting, CancellationToken cancellationToken)
    {
        // Who is known to be too late is no burden on the others. Alone they are read for, so that the floor is not believed for ever.
        var late = waiting.Where(waiter => waiter.After.Least <= _deletedTo).ToHashSet();
        var current = late.Count == waiting.Count ? waiting : [.. waiting.Where(waiter => !late.Contains(waiter))];
        foreach (var waiter in waiting.Except(current))
        {
            waiter.Answer.TrySetResult(null);
        }

        if (current.Count == 0)
        {
            return;
        }

        try
        {
            await Read(current, cancellationToken);
        }
        catch (Exception exception) when (current.Count > 1 && exception is not NpgsqlException { IsTransient: true } && !cancellationToken.IsCancellationRequested)
        {
            // Perhaps it is what one of them asked.
            foreach (var waiter in current.Where(waiter => !waiter.Answer.Task.IsCompleted))
            {
                await Serve([waiter], cancellationToken);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (var waiter in current)
            {
                waiter.Answer.TrySetException(exception);
            }
        }
    }

    private async Task Read(IReadOnlyList<Waiter> waiting, CancellationToken cancellationToken)
    {
        var (now, most) = (time.GetUtcNow(), options.Value.MostChanges);
        var seen = GrantPosition.InAll([.. waiting.Select(waiter => waiter.After)]);
        string[] tenants = [.. waiting.Select(waiter => waiter.TenantId).Distinct()];
        var reading = await database.Read(connection => GrantChangeQueries.Since(connection, seen, tenants, most, cancellationToken), cancellationToken);
        _deletedTo = reading.DeletedTo;
        ulong? cut = reading.Changes.Count < most ? null : reading.Changes[^1].WrittenBy;
        var behind = new List<Waiter>();
        foreach (var waiter in waiting)
        {
            // A position from the future is one of another database, or of this one before it was restored.
            if (waiter.After.Least <= reading.DeletedTo || waiter.After.Next > reading.Position.Next)
            {
                waiter.Answer.TrySetResult(null);
            }
            else if (cut is { } last && !waiter.After.SawAllUntil(last, reading.Position))
            {
                behind.Add(waiter);
            }
        }

        await Answer([.. waiting.Except(behind).Where(waiter => !waiter.Answer.Task.IsCompleted)], reading, now, cancellationToken);
        if (tenants.Length == 1)
        {
            behind.ForEach(waiter => waiter.Answer.TrySetResult(null));
            return;
        }

        // It may be another tenant whose changes were too many.
        foreach (var tenant in behind.GroupBy(waiter => waiter.TenantId))
        {
            await Read([.. tenant], cancellationToken);
        }
    }

    private async Task Answer(IReadOnlyList<Waiter> waiting, ChangeReading reading, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changes = waiting
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
