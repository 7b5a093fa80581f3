using Npgsql;
using NpgsqlTypes;
using Sovereignty.AuditService.Diagnostics;
using Sovereignty.AuditService.Keys;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Indexing;

/// <summary>
/// Fills the search table from the log, after the append and beside it: what is durable never waits for what is found. Every
/// instance may try; one at a time does it.
/// </summary>
internal sealed partial class SearchIndexer(
    AuditDatabase database, KeyStore keys, SearchTokens tokens, AuditMetrics metrics, TimeProvider time, ILogger<SearchIndexer> logger) : BackgroundService
{
    private const int ChunkSize = 5_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private volatile Mark? _mark;

    /// <summary>Entries that are not in the search table yet, as far as this instance knows.</summary>
    public long Behind { get; private set; }

    /// <summary>How long an entry that is known to be logged is not in the search table yet.</summary>
    public TimeSpan BehindFor => _mark is { } mark ? time.GetElapsedTime(mark.At) : TimeSpan.Zero;

    /// <summary>Indexes the next entries.</summary>
    /// <returns>Whether there are more.</returns>
    public async Task<bool> IndexNext(CancellationToken ct)
    {
        await using var connection = await database.Append.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var locked = await Progress(connection, "FOR UPDATE SKIP LOCKED", ct);
        if ((locked ?? await Progress(connection, "", ct)) is not var (indexed, size))
        {
            return false;
        }

        Observe(indexed, size);
        if (locked is null || indexed >= size)
        {
            return false;
        }

        var damaged = new List<(long Index, string Reason)>();
        var rows = await Rows(indexed, Math.Min(size, indexed + ChunkSize), damaged, ct);
        await Copy(connection, indexed, rows, ct);

        // What is lost of this by a crash is made again: no commit waits for the disk.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("UPDATE audit.indexed SET size = $1 WHERE id = 1") { Parameters = { new() { Value = indexed + rows.Count } } },
                new("SET LOCAL synchronous_commit = off"),
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        damaged.ForEach(entry => LogDamaged(entry.Index, entry.Reason));
        metrics.Damaged.Add(damaged.Count);
        Observe(indexed + rows.Count, size);
        return Behind > 0;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.ObserveSearch(() => Behind);
        return LogFollowing.Run(IndexNext, Interval, time, LogWaits, stoppingToken);
    }

    private static async Task<(long Indexed, long Size)?> Progress(NpgsqlConnection connection, string locking, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT i.size, (SELECT size FROM audit.head WHERE id = 1) FROM audit.indexed AS i WHERE i.id = 1 {locking}", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    // A log that grows is always a little behind: what counts is how long its newest entry of some moment is.
    private void Observe(long indexed, long size)
    {
        Behind = Math.Max(0, size - indexed);
        if (Behind == 0)
        {
            _mark = null;
        }
        else if (_mark is not { } mark || mark.Size <= indexed)
        {
            _mark = new Mark(size, time.GetTimestamp());
        }
    }

    private async Task<List<SearchRow>> Rows(long from, long to, List<(long Index, string Reason)> damaged, CancellationToken ct)
    {
        await using var connection = await database.Read.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(
            "SELECT index, entry, sealed FROM audit.entries WHERE index >= $1 AND index < $2 ORDER BY index", connection);
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = to });
        var stored = new (byte[]? Entry, byte[]? Sealed)[to - from];
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                stored[reader.GetInt64(0) - from] = (reader.GetFieldValue<byte[]>(1), await reader.IsDBNullAsync(2, ct) ? null : reader.GetFieldValue<byte[]>(2));
            }
        }

        using var opener = new BodyOpener(keys);
        return [.. stored.Select((pair, i) => Row(opener, from + i, pair.Entry, pair.Sealed, damaged))];
    }

    // What is damaged must not keep every later entry of every tenant from being found.
    private SearchRow Row(BodyOpener opener, long index, byte[]? bytes, byte[]? blob, List<(long Index, string Reason)> damaged)
    {
        if (bytes is null || LogEntry.Read(bytes) is not { } entry)
        {
            damaged.Add((index, bytes is null ? "It is not there. Run the audit verification." : "Its bytes are not an entry. Run the audit verification."));
            return SearchRow.Damaged(time.GetUtcNow());
        }

        byte[]? body = null;
        try
        {
            body = blob is null ? null : opener.Open(entry, blob);
        }
        catch (InvalidDataException exception)
        {
            damaged.Add((index, exception.Message));
        }

        return SearchRow.Of(entry, body, tokens);
    }

    private static async Task Copy(NpgsqlConnection connection, long first, List<SearchRow> rows, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY audit.search (index, tenant, type, occurred_at, user_token, data_token, regions, actions, facet) FROM STDIN (FORMAT BINARY)", ct);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(first + i, NpgsqlDbType.Bigint, ct);
            await WriteOrNull(copy, row.Tenant, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(row.Type, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(row.OccurredAt.UtcDateTime, NpgsqlDbType.TimestampTz, ct);
            await WriteOrNull(copy, row.UserToken, NpgsqlDbType.Uuid, ct);
            await WriteOrNull(copy, row.DataToken, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(row.Regions, NpgsqlDbType.Array | NpgsqlDbType.Text, ct);
            await copy.WriteAsync(row.Actions, NpgsqlDbType.Array | NpgsqlDbType.Text, ct);
            await WriteOrNull(copy, row.Facet, NpgsqlDbType.Text, ct);
        }

        await copy.CompleteAsync(ct);
    }

    private static Task WriteOrNull<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type, CancellationToken ct) =>
        value is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(value, type, ct);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The search table waits after attempt {Attempt}: {Reason}")]
    private partial void LogWaits(int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The entry {Index} is found by what is left of it alone: {Reason}")]
    private partial void LogDamaged(long index, string reason);

    private sealed record Mark(long Size, long At);
}
