using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.Keys;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Drill;

/// <summary>Somebody with a session on a clone of the log, and what can be done with it.</summary>
internal sealed class Thief(NpgsqlConnection connection, Loot loot, AuditOptions options)
{
    // Those whose rows go with an entry.
    private static readonly string[] ByEntry = ["entries", "search", "messages", "conflicts"];

    public Loot Loot => loot;

    /// <summary>
    /// Runs statements; that they change nothing would be a flaw of the drill and no tampering. Only the search table, which follows
    /// the log, and the list of conflicts may not have a row.
    /// </summary>
    public async Task Do(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        if (await command.ExecuteNonQueryAsync(ct) == 0 && !sql.Contains("search", StringComparison.Ordinal) && !sql.Contains("conflicts", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"This changed nothing: {sql}");
        }
    }

    /// <summary>Switches the guards off, as far as one may.</summary>
    public async Task Disarm(bool eventTriggersToo, CancellationToken ct)
    {
        if (eventTriggersToo)
        {
            await Do("ALTER EVENT TRIGGER audit_never_altered DISABLE; ALTER EVENT TRIGGER audit_never_dropped DISABLE", ct);
        }

        foreach (var table in loot.Tables)
        {
            await Do($"ALTER TABLE {table} DISABLE TRIGGER ALL", ct);
        }
    }

    /// <summary>Puts other bytes in the place of the target, with their hash beside them.</summary>
    public Task ReplaceEntry(LogEntry entry, CancellationToken ct)
    {
        var bytes = entry.Write()!;
        return Do("UPDATE audit.entries SET entry = $2, leaf_hash = $3 WHERE index = $1", ct, loot.Target, bytes, MerkleHash.Leaf(bytes).ToArray());
    }

    /// <summary>Puts another body in the place of the target's, with all that follows from it.</summary>
    public async Task ReplaceBody(CancellationToken ct)
    {
        // White space after the end: the same event to every reader, in other bytes.
        byte[] body = [.. loot.Body, (byte)'\n'];
        var master = MasterKey.Parse(options.MasterKey);
        using var cipher = SealedBody.Cipher(new KeyStore(options.KeyFolder, master, TimeProvider.System).Find(loot.Entry.KeyId)!);
        var (blob, commitment) = SealedBody.Seal(cipher, System.Security.Cryptography.RandomNumberGenerator.GetBytes(SealedBody.RandomLength), body);
        await ReplaceEntry(loot.Entry with { Commitment = commitment }, ct);
        await Do("UPDATE audit.entries SET sealed = $2 WHERE index = $1", ct, loot.Target, blob);
        await Do("UPDATE audit.messages SET body_tag = $2 WHERE index = $1", ct, loot.Target, MessageKey.Of(loot.Entry.Id, new SearchTokens(master).Body(body)).Body);
    }

    /// <summary>Moves entries and all that goes with them.</summary>
    /// <param name="from">The first to be moved.</param>
    /// <param name="to">The one after the last.</param>
    /// <param name="by">How far.</param>
    /// <param name="ct">Cancels it.</param>
    public async Task Move(long from, long to, long by, CancellationToken ct)
    {
        foreach (var table in ByEntry)
        {
            await Do($"CREATE TEMP TABLE moved_{table} ON COMMIT DROP AS SELECT * FROM audit.{table} WHERE index >= {from} AND index < {to}", ct);
            await Do($"DELETE FROM audit.{table} WHERE index >= {from} AND index < {to}", ct);
            await Do($"UPDATE moved_{table} SET index = index + {by}", ct);
            await Do($"INSERT INTO audit.{table} SELECT * FROM moved_{table}", ct);
            await Do($"DROP TABLE moved_{table}", ct);
        }
    }

    /// <summary>Removes the entries of a range and all that goes with them.</summary>
    public async Task Remove(long from, long to, CancellationToken ct)
    {
        foreach (var table in ByEntry)
        {
            await Do($"DELETE FROM audit.{table} WHERE index >= {from} AND index < {to}", ct);
        }
    }

    /// <summary>Copies the target to another place under another message id.</summary>
    public async Task CopyTarget(long index, CancellationToken ct)
    {
        var entry = loot.Entry with { Id = Guid.NewGuid().ToString() };
        var bytes = entry.Write()!;
        await Do("INSERT INTO audit.entries (index, entry, leaf_hash, sealed) SELECT $1, $2, $3, sealed FROM audit.entries WHERE index = $4", ct, index, bytes, MerkleHash.Leaf(bytes).ToArray(), loot.Target);
        var key = MessageKey.Of(entry.Id, new SearchTokens(MasterKey.Parse(options.MasterKey)).Body(loot.Body));
        await Do("INSERT INTO audit.messages (message_key, body_tag, index) VALUES ($1, $2, $3)", ct, key.Id, key.Body, index);
        await Do($"CREATE TEMP TABLE copied_search ON COMMIT DROP AS SELECT * FROM audit.search WHERE index = {loot.Target}", ct);
        await Do($"UPDATE copied_search SET index = {index}", ct);
        await Do("INSERT INTO audit.search SELECT * FROM copied_search", ct);
        await Do("DROP TABLE copied_search", ct);
    }

    /// <summary>
    /// Makes tiles, head and promise again from the leaves, so that the log agrees with itself. Checkpoints in the database are
    /// signed again with a stolen key; without it those that would contradict are removed.
    /// </summary>
    public async Task Rebuild(bool withKey, CancellationToken ct)
    {
        var sizes = new List<long>();
        await using (var command = new NpgsqlCommand("SELECT size FROM audit.checkpoints ORDER BY size", connection))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                sizes.Add(reader.GetInt64(0));
            }
        }

        var edge = new RightEdge();
        var tiles = new List<Tile>();
        var roots = new Dictionary<long, MerkleHash> { [0] = edge.Root() };
        var signed = sizes.ToHashSet();
        await using (var command = new NpgsqlCommand("SELECT leaf_hash FROM audit.entries ORDER BY index", connection) { CommandTimeout = 0 })
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                edge.Append(new MerkleHash(reader.GetFieldValue<byte[]>(0)), tiles);
                if (signed.Contains(edge.Size))
                {
                    roots[edge.Size] = edge.Root();
                }
            }
        }

        await Replace(tiles, ct);
        foreach (var table in new[] { "head", "promised" })
        {
            await Do($"UPDATE audit.{table} SET size = $1, root = $2", ct, edge.Size, edge.Root().ToArray());
        }

        await Do("UPDATE audit.indexed SET size = least(size, $1)", ct, edge.Size);
        if (!withKey)
        {
            await Do("DELETE FROM audit.checkpoints WHERE size > $1", ct, Math.Min(loot.Target, edge.Size - 1));
            return;
        }

        using var signer = SigningKey.Open(options.SigningKeyFile, options.Origin);
        var notes = sizes.Where(roots.ContainsKey).Select(size => (Size: size, Note: SignedNote.Sign(new Checkpoint(options.Origin, size, roots[size]).ToText(), signer).ToString())).ToList();
        await Do("DELETE FROM audit.checkpoints", ct);
        await Do(
            "INSERT INTO audit.checkpoints (size, note) SELECT * FROM unnest($1, $2)", ct, notes.Select(note => note.Size).ToArray(), notes.Select(note => note.Note).ToArray());
        await File.WriteAllLinesAsync(options.EffectiveCheckpointFile, notes.Select(note => JsonSerializer.Serialize(note.Note)), Encoding.ASCII, ct);
    }

    /// <summary>Makes the database what it was at an earlier checkpoint.</summary>
    public async Task RollBack(CancellationToken ct)
    {
        await Remove(loot.BackupSize, long.MaxValue, ct);
        await Do("DELETE FROM audit.checkpoints WHERE size > $1", ct, loot.BackupSize);
        var keep = await File.ReadAllTextAsync(options.EffectiveCheckpointFile, ct);
        await Rebuild(withKey: true, ct);
        await File.WriteAllTextAsync(options.EffectiveCheckpointFile, keep, ct);
    }

    /// <summary>Cuts the file of checkpoints back to where the database is.</summary>
    public async Task RollBackFile(CancellationToken ct)
    {
        var lines = await File.ReadAllLinesAsync(options.EffectiveCheckpointFile, ct);
        var last = Array.FindLastIndex(lines, line => line.Contains($"\\n{loot.BackupSize}\\n", StringComparison.Ordinal));
        await File.WriteAllLinesAsync(options.EffectiveCheckpointFile, lines[..(last + 1)], ct);
    }

    private async Task Replace(List<Tile> tiles, CancellationToken ct)
    {
        await using (var command = new NpgsqlCommand("DELETE FROM audit.tiles", connection))
        {
            await command.ExecuteNonQueryAsync(ct);
        }

        await using var copy = await connection.BeginBinaryImportAsync("COPY audit.tiles (level, index, hashes, root) FROM STDIN (FORMAT BINARY)", ct);
        foreach (var tile in tiles)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync((short)tile.Level, NpgsqlDbType.Smallint, ct);
            await copy.WriteAsync(tile.Index, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(tile.Hashes, NpgsqlDbType.Bytea, ct);
            await copy.WriteAsync(tile.Root.ToArray(), NpgsqlDbType.Bytea, ct);
        }

        await copy.CompleteAsync(ct);
    }
}
