using Npgsql;

namespace Sovereignty.Messaging.Inbox;

/// <summary>Message ids that an endpoint has taken, kept long enough to outlive any redelivery.</summary>
internal static class InboxTable
{
    /// <summary>Records the ids and returns those that are new.</summary>
    public static async Task<HashSet<Guid>> Receive(NpgsqlConnection connection, string endpoint, Guid[] messageIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO messaging.inbox (message_id, endpoint)
            SELECT id, $2 FROM unnest($1) AS id ORDER BY id
            ON CONFLICT DO NOTHING
            RETURNING message_id
            """,
            connection);
        command.Parameters.Add(new() { Value = messageIds });
        command.Parameters.Add(new() { Value = endpoint });
        var received = new HashSet<Guid>(messageIds.Length);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            received.Add(reader.GetGuid(0));
        }

        return received;
    }

    /// <summary>Records one id; a second time it fails, see <see cref="IsDuplicate"/>.</summary>
    public static NpgsqlBatchCommand Insert(string endpoint, Guid messageId) =>
        new("INSERT INTO messaging.inbox (message_id, endpoint) VALUES ($1, $2)") { Parameters = { new() { Value = messageId }, new() { Value = endpoint } } };

    public static bool IsDuplicate(PostgresException exception) =>
        exception is { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "messaging", TableName: "inbox" };
}
