using Npgsql;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Simulation;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Corpus;
using Sovereignty.PolicyService.Epochs;

namespace Sovereignty.PolicyService.Violations;

/// <summary>Judges what is stored by the newest epoch, each epoch once, whichever instance comes first.</summary>
internal sealed partial class DriftEvaluator(IServiceScopeFactory scopes, PolicySnapshots snapshots, TimeProvider time, ILogger<DriftEvaluator> logger)
{
    internal const long EvaluationLock = 0x6472_6966_74;
    private const int MaxReadings = 5;

    /// <summary>Does what there is to do.</summary>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> Run(CancellationToken cancellationToken)
    {
        if (!await IsDue(cancellationToken))
        {
            return false;
        }

        await BeginEpochWhereDue(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        await using var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        if (!await TryLock(unit.Connection, cancellationToken))
        {
            return false;
        }

        // Read under the lock, so that whoever comes second finds the epoch done and the changes gone.
        var evaluated = await Evaluated(unit.Connection, cancellationToken);
        var changed = await TakeChanges(unit.Connection, cancellationToken);
        var judged = await Evaluate(unit, evaluated, changed, cancellationToken);
        await unit.Commit(cancellationToken);
        return judged;
    }

    /// <summary>Judges all cells where the epoch is newer than the last one, else those that changed. The caller holds the lock and commits.</summary>
    internal async Task<bool> Evaluate(UnitOfWork unit, long evaluated, IReadOnlyCollection<long> changed, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var (epoch, cells) = await Read(unit, evaluated, changed, cancellationToken);
        if (!epoch.RegionsKnown)
        {
            return false;
        }

        var only = epoch.Policies.Epoch > evaluated ? null : changed;
        var unresolved = await ViolationTable.ListUnresolved(unit.Connection, only, cancellationToken);
        var now = time.GetUtcNow();
        var found = Drift.Find(epoch.Policies, cells, unresolved, () => Guid.CreateVersion7(now));
        await Save(unit, found, epoch.Policies.Epoch, now, cancellationToken);
        await using var command = new NpgsqlCommand("UPDATE policy.drift SET epoch = $1 WHERE epoch < $1", unit.Connection);
        command.Parameters.Add(new() { Value = epoch.Policies.Epoch });
        await command.ExecuteNonQueryAsync(cancellationToken);
        LogEvaluated(epoch.Policies.Epoch, cells.Count, found.Opened.Count, found.Resolved.Count, time.GetElapsedTime(begun).TotalMilliseconds);
        return true;
    }

    // An epoch that begins while the cells are read may have admitted some of them, and the older one could not know.
    private async Task<(EpochSnapshot Epoch, List<CorpusCell> Cells)> Read(UnitOfWork unit, long evaluated, IReadOnlyCollection<long> changed, CancellationToken cancellationToken)
    {
        var epoch = await snapshots.Current(unit, cancellationToken);
        for (var reading = 1; ; reading++)
        {
            var cells = await CorpusTable.List(unit.Connection, epoch.Policies.Epoch > evaluated ? null : changed, cancellationToken);
            var newest = await snapshots.Current(unit, cancellationToken);
            if (newest.Policies.Epoch == epoch.Policies.Epoch || reading == MaxReadings)
            {
                return (epoch, cells);
            }

            epoch = newest;
        }
    }

    private static async Task Save(UnitOfWork unit, DriftFound found, long epoch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (found.Opened.Count > 0)
        {
            var counts = await CorpusTable.Count(unit.Connection, [.. found.Opened.Select(opened => opened.CellId)], cancellationToken);
            UnresolvedViolation[] opened = [.. found.Opened.Select(one => one with { Violation = one.Violation with { Placements = counts[one.CellId] } })];
            await ViolationTable.Open(unit.Connection, opened, cancellationToken);
            TellOpened(unit, opened, now);
        }

        if (found.Changed.Count > 0)
        {
            await ViolationTable.Update(unit.Connection, [.. found.Changed.Select(changed => changed.Violation)], cancellationToken);
            TellOpened(unit, found.Changed.Where(changed => changed.OtherReason).Select(changed => changed.Violation), now);
        }

        if (found.Resolved.Count > 0)
        {
            await ViolationTable.Resolve(unit.Connection, found.Resolved, now, cancellationToken);
            foreach (var ((_, violation), resolution) in found.Resolved)
            {
                unit.Publish(
                    new ResidencyViolationResolved { OccurredAt = now, TenantId = violation.TenantId, Actor = Service.Actor, Violation = violation, Resolution = resolution, Epoch = epoch },
                    new() { OrderKey = violation.Id.ToString() });
            }
        }
    }

    private static void TellOpened(UnitOfWork unit, IEnumerable<UnresolvedViolation> opened, DateTimeOffset now)
    {
        foreach (var (_, violation) in opened)
        {
            unit.Publish(
                new ResidencyViolationOpened { OccurredAt = now, TenantId = violation.TenantId, Actor = Service.Actor, Violation = violation },
                new() { OrderKey = violation.Id.ToString() });
        }
    }

    private async Task<bool> IsDue(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT newest.number > drift.epoch OR newest.next_boundary <= $1 OR EXISTS (SELECT FROM policy.cell_change)
            FROM policy.drift, (SELECT number, next_boundary FROM policy.epoch ORDER BY number DESC LIMIT 1) AS newest
            """,
            unit.Connection);
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    // In a transaction of its own: decisions wait for an epoch that is about to begin, and must not wait for the evaluation.
    private async Task BeginEpochWhereDue(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        await snapshots.Current(unit, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    private static async Task<bool> TryLock(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_xact_lock({EvaluationLock})", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<long> Evaluated(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT epoch FROM policy.drift", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<HashSet<long>> TakeChanges(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DELETE FROM policy.cell_change RETURNING cell_id", connection);
        var cells = new HashSet<long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            cells.Add(reader.GetInt64(0));
        }

        return cells;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Epoch {Epoch}: {Cells} cells judged, {Opened} violations opened, {Resolved} resolved, in {Milliseconds:0} ms")]
    private partial void LogEvaluated(long epoch, int cells, int opened, int resolved, double milliseconds);
}
