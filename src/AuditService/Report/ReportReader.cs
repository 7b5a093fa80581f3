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
        var denials = new List<long>();
        await using (var view = await ReaderView.Open(database, filters, ct))
        {
            await Add(counter, view.Connection, filters, size, ct);
            if (counter.Of(ReportCounter.TypeByBody, facet: null) is { First: { } first, Last: { } last })
            {
                await using var command = new NpgsqlCommand { Connection = view.Connection };
                var matches = SearchSql.Matches(command, filters, tokens, last + 1);
                command.CommandText =
                    $"SELECT s.index {matches} AND s.index >= {SearchSql.Parameter(command, first)} AND s.type = {SearchSql.Parameter(command, ReportCounter.TypeByBody)} ORDER BY 1";
                await using var reader = await command.ExecuteReaderAsync(ct);
                while (await reader.ReadAsync(ct))
                {
                    denials.Add(reader.GetInt64(0));
                }
            }
        }

        // In the order of the log, so that the same reasons are listed each time.
        foreach (var chunks in denials.Chunk(ChunkSize).Chunk(Environment.ProcessorCount))
        {
            foreach (var reasons in await Task.WhenAll(chunks.Select(chunk => Task.Run(() => Reasons(chunk, ct), ct))))
            {
                reasons.ForEach(counter.AddDenial);
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
    /// <param name="ct">Cancels the reading.</param>
    public async IAsyncEnumerable<AuditItem> Entries(AuditFilters filters, long size, [EnumeratorCancellation] CancellationToken ct)
    {
        List<AuditItem> chunk;
        var next = 0L;
        do
        {
            chunk = await ReadChunk(filters, size, next, ct);
            foreach (var item in chunk)
            {
                yield return item;
                next = item.Index + 1;
            }
        }
        while (chunk.Count == ChunkSize);
    }

    private async Task Add(ReportCounter counter, NpgsqlConnection connection, AuditFilters filters, long size, CancellationToken ct)
    {
        // Compiling the query would take longer than it saves.
        await using (var plan = new NpgsqlCommand("SELECT set_config('jit', 'off', true)", connection))
        {
            await plan.ExecuteNonQueryAsync(ct);
        }

        await using var command = new NpgsqlCommand { Connection = connection };
        var matches = SearchSql.Matches(command, filters, tokens, size);
        var types = SearchSql.Parameter(command, ReportCounter.TypesByRegions);
        command.CommandText =
            $"SELECT s.type, s.facet, CASE WHEN s.type = ANY ({types}) THEN s.regions END, count(*), min(s.index), max(s.index) {matches} GROUP BY 1, 2, 3";
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            counter.Add(
                reader.GetString(0),
                await reader.IsDBNullAsync(1, ct) ? null : reader.GetString(1),
                await reader.IsDBNullAsync(2, ct) ? null : reader.GetFieldValue<string[]>(2),
                new Tally(reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)));
        }
    }

    private async Task<List<string?>> Reasons(long[] entries, CancellationToken ct)
    {
        await using var command = database.Read.CreateCommand(
            $"""
            WITH page AS (SELECT index, '{ReportCounter.TypeByBody}' AS type FROM unnest($1) AS index)
            SELECT {EntryOpener.Columns}
            FROM {EntryOpener.Pages}
            ORDER BY page.index
            """);
        command.Parameters.Add(new() { Value = entries });
        using var opener = new EntryOpener(keys);
        return [.. (await opener.ReadItems(command, ct)).Select(item =>
            item.Damaged is not null ? throw new InvalidDataException($"The entry {item.Index} is damaged. Run the audit verification.")
            : item.Body is null ? null
            : EventText.Of(item.Body, "reason") ?? "")];
    }

    private async Task<List<AuditItem>> ReadChunk(AuditFilters filters, long size, long from, CancellationToken ct)
    {
        await using var view = await ReaderView.Open(database, filters, ct);

        // Whatever the planner thinks of a log without statistics: a chunk follows the last one along the index. Compiling the
        // query would take longer than running it.
        await using (var plan = new NpgsqlCommand(
            "SELECT set_config('enable_' || way, 'off', true), set_config('jit', 'off', true) FROM unnest(ARRAY['bitmapscan', 'sort']) AS way", view.Connection))
        {
            await plan.ExecuteNonQueryAsync(ct);
        }

        await using var command = new NpgsqlCommand { Connection = view.Connection };
        var matches = SearchSql.Matches(command, filters, tokens, size);
        command.CommandText =
            $"""
            WITH page AS (
                SELECT s.index, s.type {matches} AND s.index >= {SearchSql.Parameter(command, from)}
                ORDER BY s.index LIMIT {SearchSql.Parameter(command, ChunkSize)})
            SELECT {EntryOpener.Columns}
            FROM {EntryOpener.Pages}
            ORDER BY page.index
            """;
        using var opener = new EntryOpener(keys);
        return await opener.ReadItems(command, ct);
    }
}
