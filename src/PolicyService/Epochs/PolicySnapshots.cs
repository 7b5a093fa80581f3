using System.Text.Json;
using Npgsql;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Messaging;

namespace Sovereignty.PolicyService.Epochs;

/// <summary>
/// The snapshot of the newest epoch, kept in memory. Whoever decides asks the database for the newest epoch's number in the
/// same transaction, so that a decision matches the epoch it names on every instance.
/// </summary>
internal sealed partial class PolicySnapshots(TimeProvider time, ILogger<PolicySnapshots> logger)
{
    private const long ChangeLock = 0x706F_6C69_6379;

    private static readonly TimeSpan RegionsPoll = TimeSpan.FromMilliseconds(250);

    private EpochSnapshot? _current;

    /// <summary>Asks for the newest epoch and returns its snapshot.</summary>
    public async Task<EpochSnapshot> Current(UnitOfWork unit, CancellationToken cancellationToken) =>
        await Of(await ReadHead(unit, cancellationToken), unit, cancellationToken);

    /// <summary>The newest epoch's snapshot once the regions are known.</summary>
    /// <remarks>At a first start the regions are still on their way. Deciding without them would refuse what is allowed, so this waits.</remarks>
    public async Task<PolicySnapshot> CurrentWithRegions(UnitOfWork unit, CancellationToken cancellationToken)
    {
        var epoch = await Current(unit, cancellationToken);
        for (var waited = false; !epoch.RegionsKnown; waited = true)
        {
            await WaitForRegions(waited, cancellationToken);
            epoch = await Current(unit, cancellationToken);
        }

        return epoch.Policies;
    }

    /// <summary>
    /// Keeps the newest epoch the newest until this transaction ends: what is decided in it is committed before the next epoch
    /// begins. The first commands of a batch; <see cref="Entered"/> reads what they tell, and <see cref="Stay"/> goes on from it.
    /// </summary>
    public static NpgsqlBatch Enter(UnitOfWork unit) => new(unit.Connection)
    {
        BatchCommands = { new("SAVEPOINT epoch"), new($"SELECT pg_advisory_xact_lock_shared({ChangeLock})"), new(EpochHead.Sql) },
    };

    public static async Task<EpochHead?> Entered(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        return await EpochHead.Read(reader, cancellationToken);
    }

    /// <summary>Enters where nothing else is to be read in the same round trip.</summary>
    public async Task<PolicySnapshot> EnterCurrent(UnitOfWork unit, CancellationToken cancellationToken) =>
        await Stay(await ReadEntered(unit, cancellationToken), unit, cancellationToken);

    /// <summary>The snapshot of the epoch that this transaction entered.</summary>
    public async Task<PolicySnapshot> Stay(EpochHead? head, UnitOfWork unit, CancellationToken cancellationToken)
    {
        for (var waited = false; head is not { RegionsKnown: true }; waited = true)
        {
            await Leave(unit, cancellationToken);
            await WaitForRegions(waited, cancellationToken);
            head = await ReadEntered(unit, cancellationToken);
        }

        if (IsDue(head))
        {
            // Two that hold the lock together and both want it alone would wait for one another.
            await Leave(unit, cancellationToken);
        }

        return (await Of(head, unit, cancellationToken)).Policies;
    }

    /// <summary>Makes changes of policies and regions follow one another, and waits for the decisions of this epoch. Taken before the first read that a change rests on.</summary>
    public static async Task Lock(UnitOfWork unit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({ChangeLock})", unit.Connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The same after a look at the newest epoch, which decisions need not wait for; another look where another epoch began meanwhile.</summary>
    public async Task<T> LockAfter<T>(UnitOfWork unit, Func<EpochSnapshot, T> look, CancellationToken cancellationToken)
    {
        var epoch = await Current(unit, cancellationToken);
        var seen = look(epoch);
        await Lock(unit, cancellationToken);
        var newest = await Current(unit, cancellationToken);
        return newest.Policies.Epoch == epoch.Policies.Epoch ? seen : look(newest);
    }

    /// <summary>Begins an epoch for what this transaction changed, and tells it; the caller holds the lock.</summary>
    /// <returns>Its number.</returns>
    public async Task<long> Begin(UnitOfWork unit, CancellationToken cancellationToken)
    {
        var content = await Load(unit, number: null, cancellationToken);
        var last = content.Epoch?.Policies;
        var now = WholeMicroseconds(time.GetUtcNow());
        var next = content.Snapshot((last?.Epoch ?? 0) + 1, last is null || now > last.AsOf ? now : last.AsOf);
        var told = new EpochActivated
        {
            OccurredAt = now,
            TenantId = null,
            Actor = Service.Actor,
            Epoch = next.Epoch,
            ContentHash = next.ContentHash(),
            BeganAt = next.AsOf,
            NextBoundary = next.NextBoundary(next.AsOf),
        };

        await using var command = new NpgsqlCommand(
            "INSERT INTO policy.epoch (number, content_hash, began_at, next_boundary, regions_known) VALUES ($1, $2, $3, $4, $5)", unit.Connection);
        command.Parameters.Add(new() { Value = told.Epoch });
        command.Parameters.Add(new() { Value = told.ContentHash });
        command.Parameters.Add(new() { Value = told.BeganAt });
        command.Parameters.Add(new() { Value = (object?)told.NextBoundary ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = content.SnapshotTaken });
        await command.ExecuteNonQueryAsync(cancellationToken);
        unit.Publish(told, new() { OrderKey = "epoch" });
        return told.Epoch;
    }

    /// <summary>Begins an epoch where what is recorded is not what the newest was made of: after an update of the service.</summary>
    /// <returns>The newest epoch's number.</returns>
    public async Task<long> BeginWhereRecordsDiffer(UnitOfWork unit, CancellationToken cancellationToken) =>
        (await Load(unit, number: null, cancellationToken)).Epoch is { } epoch && epoch.ContentHash == epoch.Policies.ContentHash()
            ? epoch.Policies.Epoch
            : await Begin(unit, cancellationToken);

    /// <summary>An epoch as it was, read anew.</summary>
    /// <returns>Null where there was none of that number.</returns>
    public static async Task<PolicySnapshot?> Read(long number, UnitOfWork unit, CancellationToken cancellationToken) =>
        (await Load(unit, number, cancellationToken)).Epoch is { } epoch && epoch.Policies.Epoch == number ? epoch.Policies : null;

    /// <summary>The snapshot of an epoch just read. Where something has started or ended since it began, begins the next.</summary>
    private async Task<EpochSnapshot> Of(EpochHead? head, UnitOfWork unit, CancellationToken cancellationToken)
    {
        if (head is null || IsDue(head))
        {
            await Lock(unit, cancellationToken);
            return await BeginWhereDue(unit, cancellationToken);
        }

        var current = Volatile.Read(ref _current);
        if (current is not null && current.Policies.Epoch == head.Number && current.ContentHash == head.ContentHash)
        {
            return current;
        }

        current = (await Load(unit, number: null, cancellationToken)).Epoch!;
        Volatile.Write(ref _current, current);
        return current;
    }

    private bool IsDue(EpochHead? head) => head is null || head.NextBoundary <= time.GetUtcNow();

    private static async Task<EpochHead?> ReadEntered(UnitOfWork unit, CancellationToken cancellationToken)
    {
        await using var batch = Enter(unit);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await Entered(reader, cancellationToken);
    }

    private static async Task Leave(UnitOfWork unit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("ROLLBACK TO SAVEPOINT epoch", unit.Connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task WaitForRegions(bool waited, CancellationToken cancellationToken)
    {
        if (!waited)
        {
            LogWaiting();
        }

        await Task.Delay(RegionsPoll, time, cancellationToken);
    }

    // Not remembered: this transaction may yet roll back.
    private async Task<EpochSnapshot> BeginWhereDue(UnitOfWork unit, CancellationToken cancellationToken)
    {
        var epoch = (await Load(unit, number: null, cancellationToken)).Epoch;
        if (epoch is not null && !(epoch.Policies.NextBoundary(epoch.Policies.AsOf) <= time.GetUtcNow()))
        {
            return epoch;
        }

        await Begin(unit, cancellationToken);
        return (await Load(unit, number: null, cancellationToken)).Epoch!;
    }

    private static async Task<EpochHead?> ReadHead(UnitOfWork unit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EpochHead.Sql, unit.Connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await EpochHead.Read(reader, cancellationToken);
    }

    private static async Task<Content> Load(UnitOfWork unit, long? number, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT number, content_hash, began_at, regions_known, policies, regions, facts, rules, retentions, snapshot_taken FROM policy.snapshot($1)", unit.Connection);
        command.Parameters.Add(new() { Value = (object?)number ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var content = new Content(
            Read<PublishedPolicy>(reader, 4),
            Read<Region>(reader, 5),
            Read<LegalFact>(reader, 6),
            Read<ClassificationRule>(reader, 7),
            Read<RetentionRule>(reader, 8),
            reader.GetBoolean(9));
        return reader.IsDBNull(0)
            ? content
            : content with
            {
                Epoch = new(content.Snapshot(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(2)), reader.GetString(1), reader.GetBoolean(3)),
            };
    }

    private static T[] Read<T>(NpgsqlDataReader reader, int column) => JsonSerializer.Deserialize<T[]>(reader.GetString(column), ContractJson.Options)!;

    private static DateTimeOffset WholeMicroseconds(DateTimeOffset moment) => moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMicrosecond));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Decisions wait: the regions are not known yet")]
    private partial void LogWaiting();

    private sealed record Content(
        IReadOnlyList<PublishedPolicy> Policies,
        IReadOnlyList<Region> Regions,
        IReadOnlyList<LegalFact> Facts,
        IReadOnlyList<ClassificationRule> Rules,
        IReadOnlyList<RetentionRule> Retentions,
        bool SnapshotTaken)
    {
        public EpochSnapshot? Epoch { get; init; }

        public PolicySnapshot Snapshot(long number, DateTimeOffset asOf) => new(number, asOf, Policies, Regions, Facts, Rules, Retentions);
    }
}
