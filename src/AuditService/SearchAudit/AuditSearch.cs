using System.Globalization;
using Npgsql;
using Sovereignty.AuditService.Indexing;
using Sovereignty.AuditService.Keys;

namespace Sovereignty.AuditService.SearchAudit;

/// <summary>Finds entries, and opens their bodies for those who may read them.</summary>
internal sealed class AuditSearch(AuditDatabase database, IndexedLog indexed, KeyStore keys, SearchTokens tokens)
{
    /// <param name="filters">What is asked for.</param>
    /// <param name="position">Where the walk is; null for its first page.</param>
    /// <param name="limit">Entries on a page.</param>
    /// <param name="ct">Cancels the search.</param>
    public async Task<(IReadOnlyList<AuditItem> Items, SearchPosition? Next, long Total, long NotYet)> Find(AuditFilters filters, SearchPosition? position, int limit, CancellationToken ct)
    {
        var (size, notYet) = position is null && await indexed.CatchUp(ct) is var now ? (now.Indexed, now.Size - now.Indexed) : (0, 0);
        await using var view = await ReaderView.Open(database, filters, ct);
        var connection = view.Connection;
        position ??= new SearchPosition(size, size, await Count(connection, filters, size, ct));

        var items = await ReadPage(connection, filters, position.Before, limit + 1, ct);
        var more = items.Count > limit;
        if (more)
        {
            items.RemoveAt(limit);
        }

        return (items, more ? position with { Before = items[^1].Index } : null, position.Total, notYet);
    }

    private async Task<long> Count(NpgsqlConnection connection, AuditFilters filters, long size, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText = $"SELECT count(*) {SearchSql.Matches(command, filters, tokens, size)}";
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<List<AuditItem>> ReadPage(NpgsqlConnection connection, AuditFilters filters, long before, int count, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText =
            $"""
            WITH page AS (SELECT s.index, s.type {SearchSql.Matches(command, filters, tokens, before)} ORDER BY s.index DESC LIMIT {SearchSql.Parameter(command, count)})
            SELECT {EntryOpener.Columns}
            FROM {EntryOpener.Pages}
            ORDER BY page.index DESC
            """;
        using var opener = new EntryOpener(keys);
        return await opener.ReadItems(command, ct);
    }
}

/// <summary>Where a walk through the pages is.</summary>
/// <param name="Size">The log's size when it began: what came later is not in it.</param>
/// <param name="Before">The next page begins before this index.</param>
/// <param name="Total">Entries in the whole walk.</param>
internal sealed record SearchPosition(long Size, long Before, long Total)
{
    public static SearchPosition? Parse(string text) =>
        text.Split(':') is [var first, var second, var third] && Number(first) is { } size && Number(second) is { } before && Number(third) is { } total && before <= size
            ? new(size, before, total)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Size}:{Before}:{Total}");

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
