using System.Text.Json;
using Npgsql;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Regions;
using Sovereignty.Evaluation;

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
    public async Task<EpochSnapshot> Current(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await Of(await ReadHead(connection, cancellationToken), connection, cancellationToken);

    /// <summary>The snapshot of an epoch just read. Where something has started or ended since it began, begins the next.</summary>
    public async Task<EpochSnapshot> Of(EpochHead? head, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (head is null || head.NextBoundary <= time.GetUtcNow())
        {
            await Lock(connection, cancellationToken);
            return await BeginWhereDue(connection, cancellationToken);
        }

        var current = Volatile.Read(ref _current);
        if (current is not null && current.Policies.Epoch == head.Number && current.ContentHash == head.ContentHash)
        {
            return current;
        }

        current = (await Load(connection, cancellationToken)).Epoch!;
        Volatile.Write(ref _current, current);
        return current;
    }

    /// <summary>At a first start the regions are still on their way. Deciding without them would refuse what is allowed, so this waits.</summary>
    public async Task<PolicySnapshot> OfWithRegions(EpochHead? head, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var epoch = await Of(head, connection, cancellationToken);
        for (var waited = false; !epoch.RegionsKnown; waited = true)
        {
            if (!waited)
            {
                LogWaiting();
            }

            await Task.Delay(RegionsPoll, time, cancellationToken);
            epoch = await Current(connection, cancellationToken);
        }

        return epoch.Policies;
    }

    /// <summary>The snapshot of the newest epoch once the regions are known.</summary>
    public async Task<PolicySnapshot> CurrentWithRegions(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await OfWithRegions(await ReadHead(connection, cancellationToken), connection, cancellationToken);

    /// <summary>Makes changes of policies and regions follow one another. Taken before the first read that a change rests on.</summary>
    public static async Task Lock(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({ChangeLock})", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Begins an epoch for what this transaction changed; the caller holds the lock.</summary>
    /// <returns>Its number.</returns>
    public async Task<long> Begin(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var content = await Load(connection, cancellationToken);
        var last = content.Epoch?.Policies;
        var now = WholeMicroseconds(time.GetUtcNow());
        var next = content.Snapshot((last?.Epoch ?? 0) + 1, last is null || now > last.AsOf ? now : last.AsOf);

        await using var command = new NpgsqlCommand(
            "INSERT INTO policy.epoch (number, content_hash, began_at, next_boundary, regions_known) VALUES ($1, $2, $3, $4, $5)", connection);
        command.Parameters.Add(new() { Value = next.Epoch });
        command.Parameters.Add(new() { Value = next.ContentHash() });
        command.Parameters.Add(new() { Value = next.AsOf });
        command.Parameters.Add(new() { Value = (object?)next.NextBoundary(next.AsOf) ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = content.SnapshotTaken });
        await command.ExecuteNonQueryAsync(cancellationToken);
        return next.Epoch;
    }

    /// <summary>Begins an epoch where what the service ships with, facts, groups or rules, is not what the newest was made of.</summary>
    public async Task BeginWhereShippedDataDiffers(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await Lock(connection, cancellationToken);
        var epoch = (await Load(connection, cancellationToken)).Epoch;
        if (epoch is null || epoch.ContentHash != epoch.Policies.ContentHash())
        {
            await Begin(connection, cancellationToken);
        }
    }

    // Not remembered: this transaction may yet roll back.
    private async Task<EpochSnapshot> BeginWhereDue(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var epoch = (await Load(connection, cancellationToken)).Epoch;
        if (epoch is not null && !(epoch.Policies.NextBoundary(epoch.Policies.AsOf) <= time.GetUtcNow()))
        {
            return epoch;
        }

        await Begin(connection, cancellationToken);
        return (await Load(connection, cancellationToken)).Epoch!;
    }

    private static async Task<EpochHead?> ReadHead(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EpochHead.Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await EpochHead.Read(reader, cancellationToken);
    }

    private static async Task<Content> Load(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT number, content_hash, began_at, regions_known, policies, regions, snapshot_taken FROM policy.snapshot()", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var content = new Content(
            JsonSerializer.Deserialize<PublishedPolicy[]>(reader.GetString(4), ContractJson.Options)!,
            JsonSerializer.Deserialize<Region[]>(reader.GetString(5), ContractJson.Options)!,
            reader.GetBoolean(6));
        return reader.IsDBNull(0)
            ? content
            : content with
            {
                Epoch = new(content.Snapshot(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(2)), reader.GetString(1), reader.GetBoolean(3)),
            };
    }

    private static DateTimeOffset WholeMicroseconds(DateTimeOffset moment) => moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMicrosecond));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Decisions wait: the regions are not known yet")]
    private partial void LogWaiting();

    private sealed record Content(IReadOnlyList<PublishedPolicy> Policies, IReadOnlyList<Region> Regions, bool SnapshotTaken)
    {
        public EpochSnapshot? Epoch { get; init; }

        public PolicySnapshot Snapshot(long number, DateTimeOffset asOf) =>
            new(number, asOf, Policies, Regions, SeedData.LegalFacts, SeedData.ClassificationRules);
    }
}
