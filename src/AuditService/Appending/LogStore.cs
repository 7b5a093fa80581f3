using Npgsql;
using NpgsqlTypes;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Appending;

/// <summary>
/// Appends to the log in PostgreSQL: each batch in one transaction that holds the head's row from beginning to end, so that
/// indexes have no gaps and a message becomes an entry once, however many instances append. Not for concurrent calls. It blocks
/// its thread: what it awaited would come behind all that waits to be sealed in the thread pool.
/// </summary>
internal sealed class LogStore(NpgsqlDataSource database, EntrySealer sealer, TimeProvider time)
{
    private const long Span = 1_048_576;
    private static readonly TimeSpan PartitionsPause = TimeSpan.FromSeconds(10);

    private RightEdge? _edge;
    private long _partitionedUpTo;
    private long? _partitionsRefusedAt;

    /// <param name="batch">What to append.</param>
    /// <param name="ct">Ends the waiting for another instance that appends.</param>
    /// <exception cref="NpgsqlException">It is not known to be stored; try again.</exception>
    public AppendOutcome[] Append(IReadOnlyList<PreparedEntry> batch, CancellationToken ct)
    {
        try
        {
            using var connection = database.OpenConnection();
            EnsurePartitions(connection, ((_edge?.Size ?? 0) + (2L * batch.Count)) + (Span / 2));
            try
            {
                return Append(connection, batch, lookUp: false, ct);
            }
            catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "messages" })
            {
                // Hardly any message comes twice, and the list of messages refuses one that does: looking each up would cost more.
                return Append(connection, batch, lookUp: true, ct);
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

    private AppendOutcome[] Append(NpgsqlConnection connection, IReadOnlyList<PreparedEntry> batch, bool lookUp, CancellationToken ct)
    {
        using var transaction = connection.BeginTransaction();
        var (size, root) = LockHead(connection, ct);
        var edge = _edge is { } current && current.Size == size && current.Root() == root ? current.Clone() : Restore(connection, size, root);
        var known = lookUp ? Known(connection, batch) : new KnownMessages();
        var (entries, outcomes) = Decide(batch, size, known);
        if (entries.Count == 0)
        {
            transaction.Rollback();
            _edge = edge;
            return outcomes;
        }

        if (_partitionedUpTo < size + entries.Count)
        {
            throw new InvalidOperationException("Another instance grew the log past the partitions this one knows of.");
        }

        CopyMessages(connection, size, entries);
        var tiles = CopyEntries(connection, edge, entries);
        MoveHead(connection, size, edge, tiles);
        transaction.Commit();
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

    private static (long Size, MerkleHash Root) LockHead(NpgsqlConnection connection, CancellationToken ct)
    {
        using var command = new NpgsqlCommand("SELECT size, root FROM audit.head WHERE id = 1 FOR UPDATE", connection);
        using var cancelling = ct.Register(command.Cancel);
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? (reader.GetInt64(0), new MerkleHash(reader.GetFieldValue<byte[]>(1)))
            : throw new InvalidDataException("The log has no head.");
    }

    private static KnownMessages Known(NpgsqlConnection connection, IReadOnlyList<PreparedEntry> batch)
    {
        // Without statistics of the messages, which a young log has not, the planner would read them all.
        using var commands = new NpgsqlBatch(connection)
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
        using var reader = commands.ExecuteReader();
        reader.NextResult();
        var known = new KnownMessages();
        while (reader.Read())
        {
            known.Add(new(reader.GetGuid(0), reader.GetGuid(1)), reader.GetInt64(2));
        }

        return known;
    }

    private static RightEdge Restore(NpgsqlConnection connection, long size, MerkleHash root)
    {
        var partials = new Dictionary<int, IReadOnlyList<MerkleHash>>();
        for (var level = 0; TilePath.HashesAt(level, size) > 0; level++)
        {
            partials[level] = LogTiles.TileReader.Partial(connection, level, TilePath.HashesAt(level, size), CancellationToken.None).GetAwaiter().GetResult();
        }

        var edge = RightEdge.Restore(size, level => partials[level]);
        return edge.Root() == root
            ? edge
            : throw new InvalidDataException($"The log is damaged: what is stored does not give the root of its head at size {size}. Nothing is appended. Run the audit verification.");
    }

    private static void CopyMessages(NpgsqlConnection connection, long size, List<(PreparedEntry Entry, bool IsConflict)> entries)
    {
        foreach (var (table, conflicts) in new[] { ("audit.messages", false), ("audit.conflicts", true) })
        {
            var rows = entries.Index().Where(row => row.Item.IsConflict == conflicts).ToList();
            if (rows.Count > 0)
            {
                Copy(connection, $"{table} (message_key, body_tag, index)", rows, (copy, row) =>
                {
                    copy.Write(row.Item.Entry.Key.Id, NpgsqlDbType.Uuid);
                    copy.Write(row.Item.Entry.Key.Body, NpgsqlDbType.Uuid);
                    copy.Write(size + row.Index, NpgsqlDbType.Bigint);
                });
            }
        }
    }

    // The tree grows while the database takes the entries before.
    private static List<Tile> CopyEntries(NpgsqlConnection connection, RightEdge edge, List<(PreparedEntry Entry, bool IsConflict)> entries)
    {
        var tiles = new List<Tile>();
        Copy(connection, "audit.entries (index, entry, leaf_hash, sealed)", entries, (copy, row) =>
        {
            copy.Write(edge.Size, NpgsqlDbType.Bigint);
            copy.Write(row.Entry.Entry, NpgsqlDbType.Bytea);
            copy.Write(row.Entry.LeafHash.ToArray(), NpgsqlDbType.Bytea);
            copy.Write(row.Entry.Sealed, NpgsqlDbType.Bytea);
            edge.Append(row.Entry.LeafHash, tiles);
        });
        return tiles;
    }

    private static void MoveHead(NpgsqlConnection connection, long size, RightEdge edge, List<Tile> tiles)
    {
        using var batch = new NpgsqlBatch(connection)
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
        batch.ExecuteNonQuery();
        Require(batch.BatchCommands[0].Rows == (ulong)tiles.Count && batch.BatchCommands[1].Rows == 1, "audit.tiles, audit.head");
    }

    private static void Copy<T>(NpgsqlConnection connection, string columns, List<T> rows, Action<NpgsqlBinaryImporter, T> write)
    {
        using var copy = connection.BeginBinaryImport($"COPY {columns} FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            copy.StartRow();
            write(copy, row);
        }

        Require(copy.Complete() == (ulong)rows.Count, columns);
    }

    private static void Require(bool taken, string rows)
    {
        if (!taken)
        {
            throw new InvalidOperationException($"The database did not take what it was given: {rows}. Run the audit verification.");
        }
    }

    private void EnsurePartitions(NpgsqlConnection connection, long upTo)
    {
        if (upTo <= _partitionedUpTo || (_partitionsRefusedAt is { } refused && time.GetElapsedTime(refused) < PartitionsPause))
        {
            return;
        }

        using var command = new NpgsqlCommand("SELECT audit.ensure_partitions(greatest($1, (SELECT size FROM audit.head WHERE id = 1) + $2))", connection);
        command.Parameters.Add(new() { Value = upTo });
        command.Parameters.Add(new() { Value = Span / 2 });
        try
        {
            _partitionedUpTo = (long)command.ExecuteScalar()!;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable && _partitionedUpTo > 0)
        {
            // Who reads the whole log keeps a partition from being added. There is room for half a one more.
            _partitionsRefusedAt = time.GetTimestamp();
        }
    }
}
