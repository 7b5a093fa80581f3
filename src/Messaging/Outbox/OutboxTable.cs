using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Sovereignty.Messaging.Outbox;

/// <summary>How messages get into the outbox, in the transaction that makes them true.</summary>
internal static class OutboxTable
{
    // What waits on purpose is not old until its time has come.
    private const string InsertSql = """
        INSERT INTO messaging.outbox (message_id, exchange, routing_key, content_type, headers, body, order_key, not_before, created_at)
        SELECT message_id, exchange, routing_key, content_type, headers, body, order_key, not_before, coalesce(not_before, now())
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS message (message_id, exchange, routing_key, content_type, headers, body, order_key, not_before)
        """;

    // Most transactions publish once, and arrays of one cost more on both sides.
    private const string InsertOneSql = """
        INSERT INTO messaging.outbox (message_id, exchange, routing_key, content_type, headers, body, order_key, not_before, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($8, now()))
        """;

    public static NpgsqlBatchCommand Insert(IReadOnlyList<OutboxMessage> messages) => messages is [var one] ? Insert(one) : new(InsertSql)
    {
        Parameters =
        {
            Array(NpgsqlDbType.Uuid, messages, message => message.MessageId),
            Array(NpgsqlDbType.Text, messages, message => message.Exchange),
            Array(NpgsqlDbType.Text, messages, message => message.RoutingKey),
            Array(NpgsqlDbType.Text, messages, message => message.ContentType),
            Array(NpgsqlDbType.Jsonb, messages, message => JsonSerializer.Serialize(message.Headers)),
            Array(NpgsqlDbType.Bytea, messages, message => message.Body),
            Array(NpgsqlDbType.Text, messages, message => message.OrderKey),
            Array(NpgsqlDbType.TimestampTz, messages, message => message.NotBefore),
        },
    };

    private static NpgsqlBatchCommand Insert(OutboxMessage message) => new(InsertOneSql)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = message.MessageId },
            new NpgsqlParameter<string> { TypedValue = message.Exchange },
            new NpgsqlParameter<string> { TypedValue = message.RoutingKey },
            new NpgsqlParameter<string> { TypedValue = message.ContentType },
            new NpgsqlParameter<string> { TypedValue = JsonSerializer.Serialize(message.Headers), NpgsqlDbType = NpgsqlDbType.Jsonb },
            new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = message.Body, NpgsqlDbType = NpgsqlDbType.Bytea },
            new NpgsqlParameter<string?> { TypedValue = message.OrderKey, NpgsqlDbType = NpgsqlDbType.Text },
            new NpgsqlParameter<DateTimeOffset?> { TypedValue = message.NotBefore, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        },
    };

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
