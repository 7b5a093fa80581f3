using Npgsql;
using NpgsqlTypes;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Appending;

/// <summary>
/// Appends to the log in PostgreSQL: each batch in one transaction that holds the head's row from beginning to end, so that
/// indexes have no gaps and a message becomes an entry once, however many instances append. Not for concurrent calls.
/// </summary>
internal sealed class LogStore(NpgsqlDataSource database, EntrySealer sealer, TimeProvider time)
{
    private const long Span = 1_048_576;

    private RightEdge? _edge;
    private long _partitionedUpTo;

    public async Task<AppendOutcome[]> Append(IReadOnlyList<PreparedEntry> batch, CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            await EnsurePartitions(connection, ((_edge?.Size ?? 0) + (2L * batch.Count)) + (Span / 2), ct);
            try
            {
                return await Append(connection, batch, lookUp: false, ct);
            }
            catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "messages" })
            {
                // Hardly any message comes twice, and the list of messages refuses one that does: looking each up would cost more.
                return await Append(connection, batch, lookUp: true, ct);
            }
        }
        catch
        {
            // Whether a commit that broke off was made is not known here; the database says it on the next try.
            _edge = null;
            _partitionedUpTo = 0;
            throw;
        }
    }

    private async Task<AppendOutcome[]> Append(NpgsqlConnection connection, IReadOnlyList<PreparedEntry> batch, bool lookUp, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var (size, root) = await LockHead(connection, ct);
        var edge = _edge is { } current && current.Size == size && current.Root() == root ? current.Clone() : await Restore(connection, size, root, ct);
        var known = lookUp ? await Known(connection, batch, ct) : new KnownMessages();
        var (entries, outcomes) = Decide(batch, size, known);
        if (entries.Count == 0)
        {
            await transaction.RollbackAsync(ct);
            _edge = edge;
            return outcomes;
        }

        if (_partitionedUpTo < size + entries.Count)
        {
            throw new InvalidOperationException("Another instance grew the log past the partitions this one knows of.");
        }

        // The tree grows while the database is busy with the messages.
        var copying = CopyMessages(connection, size, entries, ct);
        var tiles = new List<Tile>();
        entries.ForEach(row => edge.Append(row.Entry.LeafHash, tiles));
        await copying;
        await CopyEntries(connection, size, entries, ct);
        await MoveHead(connection, size, edge, tiles, ct);
        await transaction.CommitAsync(ct);
        _edge = edge;
        return outcomes;
    }

    private (List<(PreparedEntry Entry, bool IsConflict)> Entries, AppendOutcome[] Outcomes) Decide(IReadOnlyList<PreparedEntry> batch, long size, KnownMessages known)
    {
        var entries = new List<(PreparedEntry, bool)>(batch.Count);
        var outcomes = new AppendOutcome[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            var entry = batch[i];
            var index = size + entries.Count;
            var (first, same) = known.Add(entry.Key, index);
            outcomes[i] = same is { } duplicate ? new(AppendResult.Duplicate, duplicate)
                : new(first is null ? AppendResult.Stored : AppendResult.Conflict, index);
            if (same is null)
            {
                entries.Add((entry, first is not null));
                if (first is { } original)
                {
                    var alarm = sealer.PrepareAlarm(entry, original, time.GetUtcNow());
                    known.Add(alarm.Key, index + 1);
                    entries.Add((alarm, false));
                }
            }
        }

        return (entries, outcomes);
    }

    private static async Task<(long Size, MerkleHash Root)> LockHead(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT size, root FROM audit.head WHERE id = 1 FOR UPDATE", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (reader.GetInt64(0), new MerkleHash(reader.GetFieldValue<byte[]>(1)))
            : throw new InvalidDataException("The log has no head.");
    }

    private static async Task<KnownMessages> Known(NpgsqlConnection connection, IReadOnlyList<PreparedEntry> batch, CancellationToken ct)
    {
        // Without statistics of the messages, which a young log has not, the planner would read them all.
        await using var commands = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("SELECT set_config('enable_seqscan', 'off', true)"),
                new("SELECT message_key, body_tag, index FROM audit.listed WHERE message_key = ANY ($1) ORDER BY index")
                {
                    Parameters = { new() { Value = batch.Select(entry => entry.Key.Id).ToArray() } },
                },
            },
        };
        await using var reader = await commands.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        var known = new KnownMessages();
        while (await reader.ReadAsync(ct))
        {
            known.Add(new(reader.GetGuid(0), reader.GetGuid(1)), reader.GetInt64(2));
        }

        return known;
    }

    private static async Task<RightEdge> Restore(NpgsqlConnection connection, long size, MerkleHash root, CancellationToken ct)
    {
        var partials = new Dictionary<int, IReadOnlyList<MerkleHash>>();
        for (var level = 0; TilePath.HashesAt(level, size) > 0; level++)
        {
            partials[level] = await LogTiles.TileReader.Partial(connection, level, TilePath.HashesAt(level, size), ct);
        }

        var edge = RightEdge.Restore(size, level => partials[level]);
        return edge.Root() == root
            ? edge
            : throw new InvalidDataException($"The log is damaged: what is stored does not give the root of its head at size {size}. Nothing is appended. Run the audit verification.");
    }

    private static async Task CopyMessages(NpgsqlConnection connection, long size, List<(PreparedEntry Entry, bool IsConflict)> entries, CancellationToken ct)
    {
        foreach (var (table, conflicts) in new[] { ("audit.messages", false), ("audit.conflicts", true) })
        {
            var rows = entries.Index().Where(row => row.Item.IsConflict == conflicts).ToList();
            if (rows.Count > 0)
            {
                await Copy(connection, $"{table} (message_key, body_tag, index)", rows, (copy, row) =>
                {
                    copy.Write(row.Item.Entry.Key.Id, NpgsqlDbType.Uuid);
                    copy.Write(row.Item.Entry.Key.Body, NpgsqlDbType.Uuid);
                    copy.Write(size + row.Index, NpgsqlDbType.Bigint);
                }, ct);
            }
        }
    }

    private static Task CopyEntries(NpgsqlConnection connection, long size, List<(PreparedEntry Entry, bool IsConflict)> entries, CancellationToken ct)
    {
        var index = size;
        return Copy(connection, "audit.entries (index, entry, leaf_hash, sealed)", entries, (copy, row) =>
        {
            copy.Write(index++, NpgsqlDbType.Bigint);
            copy.Write(row.Entry.Entry, NpgsqlDbType.Bytea);
            copy.Write(row.Entry.LeafHash.ToArray(), NpgsqlDbType.Bytea);
            copy.Write(row.Entry.Sealed, NpgsqlDbType.Bytea);
        }, ct);
    }

    private static async Task MoveHead(NpgsqlConnection connection, long size, RightEdge edge, List<Tile> tiles, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("INSERT INTO audit.tiles (level, index, hashes, root) SELECT * FROM unnest($1, $2, $3, $4)")
                {
                    Parameters =
                    {
                        new() { Value = tiles.ConvertAll(tile => (short)tile.Level) },
                        new() { Value = tiles.ConvertAll(tile => tile.Index) },
                        new() { Value = tiles.ConvertAll(tile => tile.Hashes) },
                        new() { Value = tiles.ConvertAll(tile => tile.Root.ToArray()) },
                    },
                },
                new("UPDATE audit.head SET size = $2, root = $3 WHERE id = 1 AND size = $1")
                {
                    Parameters = { new() { Value = size }, new() { Value = edge.Size }, new() { Value = edge.Root().ToArray() } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
        Require(batch.BatchCommands[0].Rows == (ulong)tiles.Count && batch.BatchCommands[1].Rows == 1, "audit.tiles, audit.head");
    }

    // Fields are written to memory, and to the database only when a buffer is full: awaiting each costs more than writing it.
    private static async Task Copy<T>(NpgsqlConnection connection, string columns, List<T> rows, Action<NpgsqlBinaryImporter, T> write, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {columns} FROM STDIN (FORMAT BINARY)", ct);
        foreach (var row in rows)
        {
            copy.StartRow();
            write(copy, row);
        }

        Require(await copy.CompleteAsync(ct) == (ulong)rows.Count, columns);
    }

    private static void Require(bool taken, string rows)
    {
        if (!taken)
        {
            throw new InvalidOperationException($"The database did not take what it was given: {rows}. Run the audit verification.");
        }
    }

    private async Task EnsurePartitions(NpgsqlConnection connection, long upTo, CancellationToken ct)
    {
        if (upTo <= _partitionedUpTo)
        {
            return;
        }

        await using var command = new NpgsqlCommand("SELECT audit.ensure_partitions(greatest($1, (SELECT size FROM audit.head WHERE id = 1) + $2))", connection);
        command.Parameters.Add(new() { Value = upTo });
        command.Parameters.Add(new() { Value = Span / 2 });
        _partitionedUpTo = (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
