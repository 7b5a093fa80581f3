using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Verification;

/// <summary>
/// The log as it is in PostgreSQL, and the checkpoints in their file outside. Every read sees the database as of one moment,
/// so that the log may grow meanwhile.
/// </summary>
internal sealed class DatabaseLogSource(NpgsqlDataSource database, CheckpointFile file) : ILogSource, IAsyncDisposable
{
    private const int ChunkSize = 4_096;

    private NpgsqlConnection? _keeper;
    private string _snapshot = "";
    private long _fileLength;

    public async Task<LogHead?> Head(CancellationToken ct)
    {
        // The file first: a checkpoint written to it is over entries that are in the database already.
        _fileLength = file.Length;
        _keeper = await database.OpenConnectionAsync(ct);
        await Execute(_keeper, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ct);
        await using (var export = new NpgsqlCommand("SELECT pg_export_snapshot()", _keeper))
        {
            _snapshot = (string)(await export.ExecuteScalarAsync(ct))!;
        }

        await using var command = new NpgsqlCommand("SELECT size, root FROM audit.head WHERE id = 1", _keeper);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new LogHead(reader.GetInt64(0), new MerkleHash(reader.GetFieldValue<byte[]>(1))) : null;
    }

    public async IAsyncEnumerable<IReadOnlyList<StoredEntry>> Entries([EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await Open(ct);
        await using var side = await Open(ct);
        await using var command = new NpgsqlCommand(
            """
            SELECT e.index, e.entry, e.leaf_hash, b.sealed, s.index IS NOT NULL, s.tenant, s.type
            FROM audit.entries AS e LEFT JOIN audit.bodies AS b USING (index) LEFT JOIN audit.searchable AS s USING (index)
            ORDER BY e.index
            """,
            connection)
        { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, ct);
        var chunk = new List<Row>(ChunkSize);
        while (await reader.ReadAsync(ct))
        {
            chunk.Add(new Row(
                new StoredEntry(
                    reader.GetInt64(0),
                    reader.GetFieldValue<byte[]>(1),
                    new MerkleHash(reader.GetFieldValue<byte[]>(2)),
                    await reader.IsDBNullAsync(3, ct) ? null : reader.GetFieldValue<byte[]>(3)),
                reader.GetBoolean(4),
                await reader.IsDBNullAsync(5, ct) ? null : reader.GetString(5),
                await reader.IsDBNullAsync(6, ct) ? null : reader.GetString(6)));
            if (chunk.Count == ChunkSize)
            {
                yield return await Compare(side, chunk, ct);
                chunk.Clear();
            }
        }

        if (chunk.Count > 0)
        {
            yield return await Compare(side, chunk, ct);
        }
    }

    public async IAsyncEnumerable<Tile> Tiles(int level, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await Open(ct);
        await using var command = new NpgsqlCommand("SELECT index, hashes, root FROM audit.tiles WHERE level = $1 ORDER BY index", connection) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = (short)level });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            yield return new Tile(level, reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), new MerkleHash(reader.GetFieldValue<byte[]>(2)));
        }
    }

    public async IAsyncEnumerable<string> Checkpoints([EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await Open(ct);
        await using var command = new NpgsqlCommand("SELECT note FROM audit.checkpoints ORDER BY size", connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            yield return reader.GetString(0);
        }
    }

    public async IAsyncEnumerable<string> CheckpointsElsewhere([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var note in file.Read(_fileLength))
        {
            ct.ThrowIfCancellationRequested();
            yield return note;
        }

        await Task.CompletedTask;
    }

    public async Task<long?> MessageCount(CancellationToken ct)
    {
        await using var connection = await Open(ct);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM audit.messages", connection) { CommandTimeout = 0 };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_keeper is not null)
        {
            await _keeper.DisposeAsync();
        }
    }

    private static async Task<IReadOnlyList<StoredEntry>> Compare(NpgsqlConnection connection, List<Row> chunk, CancellationToken ct)
    {
        var entries = chunk.Select(row => LogEntry.Read(row.Stored.Entry)).ToList();
        var listed = new HashSet<(string, long)>();
        await using (var command = new NpgsqlCommand("SELECT message_id, index FROM audit.messages WHERE message_id = ANY ($1)", connection))
        {
            command.Parameters.Add(new() { Value = entries.Select(entry => entry?.Id).OfType<string>().Distinct().ToArray() });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                listed.Add((reader.GetString(0), reader.GetInt64(1)));
            }
        }

        return [.. chunk.Select((row, i) => row.Stored with { Contradiction = entries[i] is { } entry ? Contradiction(row, entry, listed) : null })];
    }

    private static string? Contradiction(Row row, LogEntry entry, HashSet<(string, long)> listed) =>
        row.Stored.Sealed is null ? "its body is not there."
        : !listed.Contains((entry.Id, row.Stored.Index)) ? "its message is not in the list of messages."
        : !row.IsSearched ? "it is not in the search table."
        : row.Tenant != entry.Tenant || row.Type != EventTypes.ShortName(entry.Type) ? "the search table says something else of it."
        : null;

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<NpgsqlConnection> Open(CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        await Execute(connection, $"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '{_snapshot}'; SET LOCAL audit.reader = 'everything'", ct);
        return connection;
    }

    private sealed record Row(StoredEntry Stored, bool IsSearched, string? Tenant, string? Type);
}
