using System.Runtime.CompilerServices;
using Npgsql;
using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.SearchAudit;

namespace Sovereignty.AuditService.Report;

/// <summary>Reads what a report is made of: entries that match the filters, with an index below the checkpoint's size.</summary>
internal sealed class ReportReader(AuditDatabase database, KeyStore keys, SearchTokens tokens)
{
    private const int ChunkSize = 1_000;

    public async Task<ReportCounter> Count(AuditFilters filters, long size, CancellationToken ct)
    {
        var counter = new ReportCounter();
        await using (var view = await ReaderView.Open(database, filters, ct))
        {
            await using var command = new NpgsqlCommand { Connection = view.Connection };
            var matches = SearchSql.Matches(command, filters, tokens, size);
            var types = SearchSql.Parameter(command, ReportCounter.TypesByRegions);
            command.CommandText = $"SELECT s.type, CASE WHEN s.type = ANY ({types}) THEN s.regions END, count(*) {matches} GROUP BY 1, 2";
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                counter.Add(reader.GetString(0), await reader.IsDBNullAsync(1, ct) ? null : reader.GetFieldValue<string[]>(1), reader.GetInt64(2));
            }
        }

        if (counter.NeedsBodies)
        {
            await foreach (var item in Entries(filters, size, ReportCounter.TypesByBody, ct))
            {
                counter.AddBody(item);
            }
        }

        return counter;
    }

    public async Task<long> CountEntries(AuditFilters filters, long size, CancellationToken ct)
    {
        await using var view = await ReaderView.Open(database, filters, ct);
        await using var command = new NpgsqlCommand { Connection = view.Connection };
        command.CommandText = $"SELECT count(*) {SearchSql.Matches(command, filters, tokens, size)}";
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The entries in the order of the log. Holds no connection while the caller works on them.</summary>
    /// <param name="filters">What is asked for.</param>
    /// <param name="size">Entries before this index only.</param>
    /// <param name="types">Of these types only; null for all.</param>
    /// <param name="ct">Cancels the reading.</param>
    public async IAsyncEnumerable<AuditItem> Entries(AuditFilters filters, long size, string[]? types, [EnumeratorCancellation] CancellationToken ct)
    {
        List<AuditItem> chunk;
        var next = 0L;
        do
        {
            chunk = await ReadChunk(filters, size, types, next, ct);
            foreach (var item in chunk)
            {
                yield return item;
                next = item.Index + 1;
            }
        }
        while (chunk.Count == ChunkSize);
    }

    private async Task<List<AuditItem>> ReadChunk(AuditFilters filters, long size, string[]? types, long from, CancellationToken ct)
    {
        await using var view = await ReaderView.Open(database, filters, ct);

        // Whatever the planner thinks of a log without statistics: a chunk follows the last one along the index, and its
        // entries are looked up. Compiling the query would take longer than running it.
        await using (var plan = new NpgsqlCommand(
            "SELECT set_config('enable_' || way, 'off', true), set_config('jit', 'off', true) FROM unnest(ARRAY['bitmapscan', 'sort', 'hashjoin', 'mergejoin']) AS way", view.Connection))
        {
            await plan.ExecuteNonQueryAsync(ct);
        }

        await using var command = new NpgsqlCommand { Connection = view.Connection };
        var matches = SearchSql.Matches(command, filters, tokens, size);
        var ofTypes = types is null ? "" : $"AND s.type = ANY ({SearchSql.Parameter(command, types)})";
        command.CommandText =
            $"""
            WITH page AS (
                SELECT s.index, s.type {matches} AND s.index >= {SearchSql.Parameter(command, from)} {ofTypes}
                ORDER BY s.index LIMIT {SearchSql.Parameter(command, ChunkSize)})
            SELECT {EntryOpener.Columns}
            FROM page JOIN audit.entries AS e USING (index) LEFT JOIN audit.bodies AS b USING (index)
            ORDER BY page.index
            """;
        using var opener = new EntryOpener(keys);
        return await opener.ReadItems(command, ct);
    }
}
