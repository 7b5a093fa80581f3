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
            return await Append(connection, batch, ct);
        }
        catch
        {
            // Whether a commit that broke off was made is not known here; the database says it on the next try.
            _edge = null;
            _partitionedUpTo = 0;
            throw;
        }
    }

    private async Task<AppendOutcome[]> Append(NpgsqlConnection connection, IReadOnlyList<PreparedEntry> batch, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var (size, root, known) = await LockHead(connection, batch, ct);
        var edge = _edge is { } current && current.Size == size && current.Root() == root ? current.Clone() : await Restore(connection, size, root, ct);

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

        var tiles = new List<Tile>();
        foreach (var entry in entries)
        {
            edge.Append(entry.LeafHash, tiles);
        }

        await CopyEntries(connection, size, entries, ct);
        await CopyTiles(connection, tiles, ct);
        await using var head = new NpgsqlCommand("UPDATE audit.head SET size = $2, root = $3 WHERE id = 1 AND size = $1", connection);
        head.Parameters.Add(new() { Value = size });
        head.Parameters.Add(new() { Value = edge.Size });
        head.Parameters.Add(new() { Value = edge.Root().ToArray() });
        if (await head.ExecuteNonQueryAsync(ct) != 1)
        {
            throw new InvalidOperationException("The head moved while its row was locked.");
        }

        await transaction.CommitAsync(ct);
        _edge = edge;
        return outcomes;
    }

    private (List<PreparedEntry> Entries, AppendOutcome[] Outcomes) Decide(
        IReadOnlyList<PreparedEntry> batch, long size, Dictionary<Guid, List<KnownMessage>> known)
    {
        var entries = new List<PreparedEntry>(batch.Count);
        var outcomes = new AppendOutcome[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            var entry = batch[i];
            if (!known.TryGetValue(entry.Key.Id, out var same))
            {
                known[entry.Key.Id] = same = [];
            }

            if (same.Find(message => message.Body == entry.Key.Body) is { } duplicate)
            {
                outcomes[i] = new(AppendResult.Duplicate, duplicate.Index);
                continue;
            }

            var index = size + entries.Count;
            outcomes[i] = new(same.Count == 0 ? AppendResult.Stored : AppendResult.Conflict, index);
            entries.Add(entry);
            if (same.Count > 0)
            {
                entries.Add(sealer.PrepareAlarm(entry, same.Min(message => message.Index), time.GetUtcNow()));
            }

            same.Add(new(entry.Key.Body, index));
        }

        return (entries, outcomes);
    }

    private static async Task<(long Size, MerkleHash Root, Dictionary<Guid, List<KnownMessage>> Known)> LockHead(
        NpgsqlConnection connection, IReadOnlyList<PreparedEntry> batch, CancellationToken ct)
    {
        // One round trip. What comes after the lock sees what was committed while it was waited for. Without statistics of the
        // messages, which a young log has not, the planner would read them all.
        await using var commands = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("SELECT size, root FROM audit.head WHERE id = 1 FOR UPDATE"),
                new("SELECT set_config('enable_seqscan', 'off', true)"),
                new("SELECT message_key, body_tag, index FROM audit.messages WHERE message_key = ANY ($1)")
                {
                    Parameters = { new() { Value = batch.Select(entry => entry.Key.Id).ToArray() } },
                },
            },
        };
        await using var reader = await commands.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            throw new InvalidDataException("The log has no head.");
        }

        var size = reader.GetInt64(0);
        var root = new MerkleHash(reader.GetFieldValue<byte[]>(1));
        await reader.NextResultAsync(ct);
        await reader.NextResultAsync(ct);
        var known = new Dictionary<Guid, List<KnownMessage>>();
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);
            if (!known.TryGetValue(id, out var same))
            {
                known[id] = same = [];
            }

            same.Add(new(reader.GetGuid(1), reader.GetInt64(2)));
        }

        return (size, root, known);
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

    private static async Task CopyEntries(NpgsqlConnection connection, long size, List<PreparedEntry> entries, CancellationToken ct)
    {
        await Copy(connection, "audit.entries (index, entry, leaf_hash)", entries.Count, (copy, i) =>
        {
            copy.Write(size + i, NpgsqlDbType.Bigint);
            copy.Write(entries[i].Entry, NpgsqlDbType.Bytea);
            copy.Write(entries[i].LeafHash.ToArray(), NpgsqlDbType.Bytea);
        }, ct);
        await Copy(connection, "audit.bodies (index, sealed)", entries.Count, (copy, i) =>
        {
            copy.Write(size + i, NpgsqlDbType.Bigint);
            copy.Write(entries[i].Sealed, NpgsqlDbType.Bytea);
        }, ct);
        await Copy(connection, "audit.messages (message_key, body_tag, index)", entries.Count, (copy, i) =>
        {
            copy.Write(entries[i].Key.Id, NpgsqlDbType.Uuid);
            copy.Write(entries[i].Key.Body, NpgsqlDbType.Uuid);
            copy.Write(size + i, NpgsqlDbType.Bigint);
        }, ct);
    }

    private static async Task CopyTiles(NpgsqlConnection connection, List<Tile> tiles, CancellationToken ct)
    {
        if (tiles.Count > 0)
        {
            await Copy(connection, "audit.tiles (level, index, hashes, root)", tiles.Count, (copy, i) =>
            {
                copy.Write((short)tiles[i].Level, NpgsqlDbType.Smallint);
                copy.Write(tiles[i].Index, NpgsqlDbType.Bigint);
                copy.Write(tiles[i].Hashes, NpgsqlDbType.Bytea);
                copy.Write(tiles[i].Root.ToArray(), NpgsqlDbType.Bytea);
            }, ct);
        }
    }

    // Fields are written to memory, and to the database only when a buffer is full: awaiting each costs more than writing it.
    private static async Task Copy(NpgsqlConnection connection, string columns, int count, Action<NpgsqlBinaryImporter, int> write, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {columns} FROM STDIN (FORMAT BINARY)", ct);
        for (var i = 0; i < count; i++)
        {
            copy.StartRow();
            write(copy, i);
        }

        if (await copy.CompleteAsync(ct) != (ulong)count)
        {
            throw new InvalidOperationException($"The database took fewer rows than it was given: {columns}. Run the audit verification.");
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

    private sealed record KnownMessage(Guid Body, long Index);
}
