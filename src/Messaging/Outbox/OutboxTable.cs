using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Sovereignty.Messaging.Outbox;

/// <summary>The outbox in PostgreSQL.</summary>
internal static class OutboxTable
{
    // = ANY(ARRAY(...)) rather than IN: under IN the planner may take more rows than the limit says.
    private const string ClaimSql = """
        WITH due AS (
            SELECT o.id, o.number
            FROM messaging.outbox o
            WHERE (o.not_before IS NULL OR o.not_before <= $2)
              AND (o.order_key IS NULL OR NOT EXISTS (
                  SELECT 1 FROM messaging.outbox e
                  WHERE e.order_key = o.order_key AND e.id < o.id AND e.not_before > $2))
            ORDER BY o.id
            LIMIT $1
        ), fresh AS (
            SELECT id, row_number() OVER (ORDER BY id) AS position FROM due WHERE number IS NULL
        ), counter AS (
            UPDATE messaging.publication
            SET last_number = last_number + (SELECT count(*) FROM fresh)
            WHERE EXISTS (SELECT 1 FROM fresh)
            RETURNING last_number - (SELECT count(*) FROM fresh) AS base
        ), numbered AS (
            UPDATE messaging.outbox o
            SET number = counter.base + fresh.position
            FROM fresh, counter
            WHERE o.id = fresh.id
            RETURNING o.id, o.number, o.message_id, o.exchange, o.routing_key, o.content_type, o.headers, o.body, o.order_key, o.attempts
        )
        SELECT * FROM numbered
        UNION ALL
        SELECT o.id, o.number, o.message_id, o.exchange, o.routing_key, o.content_type, o.headers, o.body, o.order_key, o.attempts
        FROM messaging.outbox o
        WHERE o.number IS NOT NULL AND o.id = ANY(ARRAY(SELECT id FROM due WHERE number IS NOT NULL))
        ORDER BY 1
        """;

    // What waits on purpose is not old until its time has come.
    private const string InsertSql = """
        INSERT INTO messaging.outbox (message_id, exchange, routing_key, content_type, headers, body, order_key, not_before, created_at)
        SELECT message_id, exchange, routing_key, content_type, headers, body, order_key, not_before, coalesce(not_before, now())
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS message (message_id, exchange, routing_key, content_type, headers, body, order_key, not_before)
        """;

    public static NpgsqlBatchCommand Insert(IReadOnlyList<OutboxMessage> messages) => new(InsertSql)
    {
        Parameters =
        {
            Array(NpgsqlDbType.Uuid, messages, message => message.MessageId),
            Array(NpgsqlDbType.Text, messages, message => message.Exchange),
            Array(NpgsqlDbType.Text, messages, message => message.RoutingKey),
            Array(NpgsqlDbType.Text, messages, message => message.ContentType),
            Array(NpgsqlDbType.Jsonb, messages, message => JsonSerializer.Serialize(message.Headers)),
            Array(NpgsqlDbType.Bytea, messages, message => message.Body.ToArray()),
            Array(NpgsqlDbType.Text, messages, message => message.OrderKey),
            Array(NpgsqlDbType.TimestampTz, messages, message => message.NotBefore),
        },
    };

    /// <summary>Deletes what is confirmed, postpones what failed, and takes the next rows, numbered, in one transaction and round trip.</summary>
    public static async Task<List<OutboxRow>> Next(
        NpgsqlConnection connection, RelayOutcome last, int limit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (last.Confirmed.Count > 0)
        {
            batch.BatchCommands.Add(new("DELETE FROM messaging.outbox WHERE id = ANY($1)")
            {
                Parameters = { new() { Value = last.Confirmed.ToArray() } },
            });
        }

        foreach (var failure in last.Failed)
        {
            batch.BatchCommands.Add(new("UPDATE messaging.outbox SET attempts = attempts + 1, last_error = $2, not_before = $3 WHERE id = $1")
            {
                Parameters = { new() { Value = failure.Id }, new() { Value = failure.Error }, new() { Value = failure.NotBefore } },
            });
        }

        batch.BatchCommands.Add(new(ClaimSql) { Parameters = { new() { Value = limit }, new() { Value = now } } });

        var rows = new List<OutboxRow>();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        do
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(new(
                    reader.GetInt64(0),
                    reader.GetInt64(1),
                    new()
                    {
                        MessageId = reader.GetGuid(2),
                        Exchange = reader.GetString(3),
                        RoutingKey = reader.GetString(4),
                        ContentType = reader.GetString(5),
                        Headers = JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(6))!,
                        Body = reader.GetFieldValue<byte[]>(7),
                        OrderKey = reader.IsDBNull(8) ? null : reader.GetString(8),
                    },
                    reader.GetInt32(9)));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));

        return rows;
    }

    private static NpgsqlParameter Array<T>(NpgsqlDbType type, IReadOnlyList<OutboxMessage> messages, Func<OutboxMessage, T> select)
    {
        var values = new T[messages.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = select(messages[i]);
        }

        return new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}
