using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Npgsql;
using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.Receiving;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.SearchAudit;

/// <summary>Finds entries, and opens their bodies for those who may read them.</summary>
internal sealed class AuditSearch(AuditDatabase database, KeyStore keys, SearchTokens tokens)
{
    /// <param name="filters">What is asked for.</param>
    /// <param name="position">Where the walk is; null for its first page.</param>
    /// <param name="limit">Entries on a page.</param>
    /// <param name="ct">Cancels the search.</param>
    public async Task<(IReadOnlyList<AuditItem> Items, SearchPosition? Next, long Total)> Find(AuditFilters filters, SearchPosition? position, int limit, CancellationToken ct)
    {
        await using var connection = await database.Read.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        await using (var reader = new NpgsqlCommand("SELECT set_config('audit.reader', $1, true)", connection))
        {
            reader.Parameters.Add(new() { Value = filters.Reader });
            await reader.ExecuteNonQueryAsync(ct);
        }

        if (position is null)
        {
            await using var head = new NpgsqlCommand("SELECT size FROM audit.head WHERE id = 1", connection);
            var size = (long)(await head.ExecuteScalarAsync(ct))!;
            position = new SearchPosition(size, size, await Count(connection, filters, size, ct));
        }

        var items = await ReadPage(connection, filters, position.Before, limit + 1, ct);
        var more = items.Count > limit;
        if (more)
        {
            items.RemoveAt(limit);
        }

        return (items, more ? position with { Before = items[^1].Index } : null, position.Total);
    }

    private async Task<long> Count(NpgsqlConnection connection, AuditFilters filters, long size, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText = $"SELECT count(*) {Matches(command, filters, size)}";
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<List<AuditItem>> ReadPage(NpgsqlConnection connection, AuditFilters filters, long before, int count, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText =
            $"""
            WITH page AS (SELECT s.index, s.type {Matches(command, filters, before)} ORDER BY s.index DESC LIMIT {Parameter(command, count)})
            SELECT page.index, page.type, e.entry, e.leaf_hash, b.sealed
            FROM page JOIN audit.entries AS e USING (index) LEFT JOIN audit.bodies AS b USING (index)
            ORDER BY page.index DESC
            """;
        var items = new List<AuditItem>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var entry = LogEntry.Read(reader.GetFieldValue<byte[]>(2))
                ?? throw new InvalidDataException($"The entry {reader.GetInt64(0)} is damaged. Run the audit verification.");
            var body = await reader.IsDBNullAsync(4, ct) ? null : Open(entry, reader.GetFieldValue<byte[]>(4));
            var (content, actor) = Content(entry, body);
            items.Add(new AuditItem(
                reader.GetInt64(0),
                entry.Id,
                reader.GetString(1),
                entry.Tenant,
                entry.Source,
                entry.OccurredAt ?? entry.ReceivedAt,
                entry.ReceivedAt,
                actor,
                content,
                entry.Malformed,
                new MerkleHash(reader.GetFieldValue<byte[]>(3)).ToBase64()));
        }

        return items;
    }

    private byte[]? Open(LogEntry entry, byte[] blob)
    {
        if (keys.Find(entry.KeyId) is not { } secret)
        {
            return null;
        }

        using var cipher = SealedBody.Cipher(secret);
        return SealedBody.Open(cipher, blob, entry.Commitment)
            ?? throw new InvalidDataException($"The body of the message {entry.Id} is not the one its entry commits to. Run the audit verification.");
    }

    private static (JsonElement? Body, JsonElement? Actor) Content(LogEntry entry, byte[]? body)
    {
        if (body is null)
        {
            return (null, null);
        }

        if (entry.Malformed is not null)
        {
            return (JsonSerializer.SerializeToElement(Convert.ToBase64String(body)), null);
        }

        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var content = root.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object ? message : root;
        JsonElement? actor = (EventReader.Event(root) ?? root).TryGetProperty("actor", out var found) && found.ValueKind == JsonValueKind.Object ? found.Clone() : null;
        return (content.Clone(), actor);
    }

    // Only what is asked for stands in the query, so that indexes serve it.
    private string Matches(NpgsqlCommand command, AuditFilters filters, long before)
    {
        var sql = new StringBuilder($"FROM audit.searchable AS s WHERE s.index < {Parameter(command, before)}");
        sql.Append(filters.Tenant is { } tenant ? $" AND s.tenant = {Parameter(command, tenant)}" : " AND s.tenant IS NULL");
        And(" AND s.occurred_at >= {0}", filters.From?.UtcDateTime);
        And(" AND s.occurred_at < {0}", filters.To?.UtcDateTime);
        And(" AND s.user_token = {0}", filters.User is { } user ? tokens.User(filters.Tenant, user) : null);
        And(" AND s.data_token = {0}", filters.DataId is { } data ? tokens.Data(filters.Tenant, data) : null);
        And(" AND {0} = ANY (s.regions)", filters.Region);
        And(" AND {0} = ANY (s.actions)", filters.Action);
        And(" AND s.type = {0}", filters.Type);
        return sql.ToString();

        void And([StringSyntax(StringSyntaxAttribute.CompositeFormat)] string condition, object? value)
        {
            if (value is not null)
            {
                sql.AppendFormat(CultureInfo.InvariantCulture, condition, Parameter(command, value));
            }
        }
    }

    private static string Parameter(NpgsqlCommand command, object value)
    {
        command.Parameters.Add(new() { Value = value });
        return string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}");
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
