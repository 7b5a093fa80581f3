using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Sovereignty.Messaging.Outbox;

/// <summary>
/// Takes rows from the outbox in rounds, each row that is published with its publish number: one more than the last, without a gap, and the same
/// again if it has to be sent again, by this relay or by the next.
/// </summary>
internal sealed class OutboxClaims
{
    // One row keeps the whole round's numbers: who took what must be on disk before it is sent.
    private const string ClaimSql = """
        WITH due AS MATERIALIZED (
            SELECT o.id, o.number, o.message_id, o.exchange, o.routing_key, o.content_type, o.headers, o.body, o.order_key, o.attempts
            FROM messaging.outbox o
            WHERE (o.not_before IS NULL OR o.not_before <= $2)
              AND o.id <> ALL ($3)
              AND (o.order_key IS NULL OR NOT EXISTS (
                  SELECT 1 FROM messaging.outbox e
                  WHERE e.order_key = o.order_key AND e.id < o.id AND e.not_before > $2))
            ORDER BY o.id
            LIMIT $1
        ), fresh AS (
            SELECT array_agg(id ORDER BY id) AS ids FROM due WHERE number IS NULL AND position(':' IN exchange) > 0
        ), claim AS (
            UPDATE messaging.publication
            SET last_number = last_number + cardinality(ids), claimed = $4 || ids
            FROM fresh
            WHERE ids IS NOT NULL
        )
        SELECT * FROM due ORDER BY id
        """;

    private const string KeepNumbersSql = """
        UPDATE messaging.outbox SET number = kept.number FROM unnest($1, $2) AS kept (id, number) WHERE outbox.id = kept.id
        """;

    private const string RecoverSql = """
        WITH claim AS (SELECT last_number - cardinality(claimed) AS base, claimed FROM messaging.publication)
        UPDATE messaging.outbox SET number = base + position
        FROM claim, unnest(claimed) WITH ORDINALITY AS row (row_id, position)
        WHERE outbox.id = row_id
        """;

    private readonly NpgsqlConnection _connection;
    private long _lastNumber;
    private List<OutboxRow> _open = [];
    private List<long> _fresh = [];

    private OutboxClaims(NpgsqlConnection connection, long lastNumber)
    {
        _connection = connection;
        _lastNumber = lastNumber;
    }

    /// <summary>Begins where the last relay ended: rows that it took and did not delete keep the numbers that it gave them.</summary>
    /// <param name="connection">The connection that holds the right to relay.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<OutboxClaims> Recover(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new(RecoverSql), new("UPDATE messaging.publication SET claimed = '{}' RETURNING last_number") },
        };
        return new(connection, (long)(await batch.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>Deletes what is confirmed, postpones what failed, and takes the next rows, in one transaction and round trip.</summary>
    /// <param name="last">What became of the rows taken before. Those it does not name are free to be taken again.</param>
    /// <param name="underway">The rows taken last, where they are still being sent: they stay taken.</param>
    /// <param name="limit">The most rows to take.</param>
    /// <param name="now">What waits for a later time is left.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<OutboxRow>> Next(
        RelayOutcome last, IReadOnlyList<OutboxRow> underway, int limit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(_connection);
        if (last.Confirmed.Count > 0)
        {
            batch.BatchCommands.Add(new("DELETE FROM messaging.outbox WHERE id = ANY($1)")
            {
                Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. last.Confirmed] } },
            });
        }

        long[] kept = [.. underway.Select(row => row.Id)];
        if (last.Confirmed.Count + kept.Length < _open.Count)
        {
            var left = _open.Where(row => row.Number is not null).ExceptBy(last.Confirmed.Concat(kept), row => row.Id).ToList();
            batch.BatchCommands.Add(new(KeepNumbersSql)
            {
                Parameters = { new() { Value = left.ConvertAll(row => row.Id) }, new() { Value = left.ConvertAll(row => row.Number!.Value) } },
            });
        }

        foreach (var failure in last.Failed)
        {
            batch.BatchCommands.Add(new("UPDATE messaging.outbox SET attempts = attempts + 1, last_error = $2, not_before = $3 WHERE id = $1")
            {
                Parameters = { new() { Value = failure.Id }, new() { Value = failure.Error }, new() { Value = failure.NotBefore } },
            });
        }

        batch.BatchCommands.Add(new(ClaimSql)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = limit },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new NpgsqlParameter<long[]> { TypedValue = kept },
                new NpgsqlParameter<long[]> { TypedValue = kept.Length > 0 ? [.. _fresh] : [] },
            },
        });
        _fresh = [];
        var rows = await Read(batch, cancellationToken);
        _open = [.. underway, .. rows];
        return rows;
    }

    private async Task<List<OutboxRow>> Read(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        var rows = new List<OutboxRow>();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        do
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var id = reader.GetInt64(0);
                var message = new OutboxMessage
                {
                    MessageId = reader.GetGuid(2),
                    Exchange = reader.GetString(3),
                    RoutingKey = reader.GetString(4),
                    ContentType = reader.GetString(5),
                    Headers = JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(6))!,
                    Body = reader.GetFieldValue<byte[]>(7),
                    OrderKey = reader.IsDBNull(8) ? null : reader.GetString(8),
                };
                long? number = !reader.IsDBNull(1) ? reader.GetInt64(1) : message.IsPublished ? NumberOf(id) : null;
                rows.Add(new(id, number, message, reader.GetInt32(9)));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));

        return rows;
    }

    private long NumberOf(long fresh)
    {
        _fresh.Add(fresh);
        return ++_lastNumber;
    }
}
