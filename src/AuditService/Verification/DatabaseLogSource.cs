using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.Indexing;
using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.Receiving;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Verification;

/// <summary>
/// The log as it is in PostgreSQL, and the checkpoints in their file outside. Every read sees the database as of one moment,
/// so that the log may grow meanwhile.
/// </summary>
internal sealed class DatabaseLogSource(NpgsqlDataSource database, CheckpointFile file, SearchTokens tokens) : ILogSource, IAsyncDisposable
{
    private const int ChunkSize = 4_096;
    private const string OtherwiseSearched = "the search table says something else of it.";

    private NpgsqlConnection? _keeper;
    private string _snapshot = "";
    private FileStream? _file;
    private long _fileLength;
    private long _indexed;

    public async Task<LogHead?> Head(CancellationToken ct)
    {
        // The file first: a checkpoint written to it is over entries that are in the database already.
        _file = file.Open();
        _fileLength = _file?.Length ?? 0;
        _keeper = await database.OpenConnectionAsync(ct);
        await Execute(_keeper, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ct);
        await using (var export = new NpgsqlCommand("SELECT pg_export_snapshot()", _keeper))
        {
            _snapshot = (string)(await export.ExecuteScalarAsync(ct))!;
        }

        await using var exists = new NpgsqlCommand("SELECT to_regclass('audit.head') IS NOT NULL", _keeper);
        if (!(bool)(await exists.ExecuteScalarAsync(ct))!)
        {
            return null;
        }

        await using var command = new NpgsqlCommand("SELECT h.size, h.root, (SELECT size FROM audit.indexed WHERE id = 1) FROM audit.head AS h WHERE h.id = 1", _keeper);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        _indexed = await reader.IsDBNullAsync(2, ct) ? 0 : reader.GetInt64(2);
        return new LogHead(reader.GetInt64(0), new MerkleHash(reader.GetFieldValue<byte[]>(1)));
    }

    public async IAsyncEnumerable<IReadOnlyList<StoredEntry>> Entries([EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await Open(ct);
        await using var side = await Open(ct);
        await using var command = new NpgsqlCommand(
            """
            SELECT e.index, e.entry, e.leaf_hash, e.sealed,
                s.index IS NOT NULL, s.tenant, s.type, s.occurred_at, s.user_token, s.data_token, s.regions, s.actions, s.facet
            FROM audit.entries AS e LEFT JOIN audit.searchable AS s USING (index)
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
                reader.GetBoolean(4) ? await ReadSearchRow(reader, ct) : null));
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

    public async IAsyncEnumerable<StoredTile> Tiles(int level, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await Open(ct);
        await using var command = new NpgsqlCommand("SELECT index, hashes, root FROM audit.tiles WHERE level = $1 ORDER BY index", connection) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = (short)level });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            yield return new StoredTile(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), new MerkleHash(reader.GetFieldValue<byte[]>(2)));
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
        foreach (var note in _file is null ? [] : CheckpointFile.Read(_file, _fileLength))
        {
            ct.ThrowIfCancellationRequested();
            yield return note;
        }

        await Task.CompletedTask;
    }

    public async Task<long?> MessageCount(CancellationToken ct)
    {
        await using var connection = await Open(ct);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM audit.listed", connection) { CommandTimeout = 0 };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        _file?.Dispose();
        if (_keeper is not null)
        {
            await _keeper.DisposeAsync();
        }
    }

    private static async Task<SearchRow> ReadSearchRow(NpgsqlDataReader reader, CancellationToken ct) => new(
        await reader.IsDBNullAsync(5, ct) ? null : reader.GetString(5),
        reader.GetString(6),
        new DateTimeOffset(reader.GetDateTime(7)),
        await reader.IsDBNullAsync(8, ct) ? null : reader.GetGuid(8),
        await reader.IsDBNullAsync(9, ct) ? null : reader.GetGuid(9),
        reader.GetFieldValue<string[]>(10),
        reader.GetFieldValue<string[]>(11),
        await reader.IsDBNullAsync(12, ct) ? null : reader.GetString(12));

    private async Task<IReadOnlyList<StoredEntry>> Compare(NpgsqlConnection connection, List<Row> chunk, CancellationToken ct)
    {
        var entries = chunk.Select(row => LogEntry.Read(row.Stored.Entry.Span)).ToList();
        var messages = entries.Select(entry => entry is null ? Guid.Empty : MessageKey.OfId(entry.Id)).ToList();
        var listed = new Dictionary<(Guid, long), Guid>();
        await using (var command = new NpgsqlCommand("SELECT message_key, index, body_tag FROM audit.listed WHERE message_key = ANY ($1)", connection))
        {
            command.Parameters.Add(new() { Value = messages.Distinct().ToArray() });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                listed[(reader.GetGuid(0), reader.GetInt64(1))] = reader.GetGuid(2);
            }
        }

        return [.. chunk.Select((row, i) => entries[i] is { } entry ? Compare(row, entry, listed.TryGetValue((messages[i], row.Stored.Index), out var body) ? body : null) : row.Stored)];
    }

    private StoredEntry Compare(Row row, LogEntry entry, Guid? body)
    {
        var contradiction = row.Stored.Sealed is null ? "its body is not there."
            : body is null ? "its message is not in the list of messages."
            : row.Search is not { } search ? row.Stored.Index < _indexed ? "it is not in the search table." : null
            : row.Stored.Index >= _indexed ? "it is in the search table, which says that it does not go so far."
            : !SearchRow.Of(entry, facts: null, tokens).IsStoredAs(search.Tenant, search.Type, search.OccurredAt) ? OtherwiseSearched
            : null;
        return contradiction is null
            ? row.Stored with { CompareBody = (opened, bytes) => CompareBody(opened, bytes, body!.Value, row.Search) }
            : row.Stored with { Contradiction = contradiction };
    }

    private string? CompareBody(LogEntry entry, byte[] body, Guid listed, SearchRow? search)
    {
        var facts = EventReader.Read(entry, body);
        return MessageKey.Of(entry.Id, tokens.Body(body)).Body != listed ? "the list of messages has another body for it."
            : facts.Type != entry.Type ? "its body is not of its type."
            : search is not null && !SearchRow.Of(entry, facts, tokens).IsStoredAs(search) ? OtherwiseSearched
            : null;
    }

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

    private sealed record Row(StoredEntry Stored, SearchRow? Search);
}
