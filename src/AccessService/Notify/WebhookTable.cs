using Npgsql;
using Sovereignty.Contracts;

namespace Sovereignty.AccessService.Notify;

/// <summary>Webhooks of one person, and what they were told. Row-level security confines it to the tenant, the owner to the person.</summary>
internal static class WebhookTable
{
    public const int MostPerPerson = 10;
    private const string Columns = "webhook_id, url, kinds, created_at, disabled_at";
    private const string DeliveryColumns = "delivery_id, kind, request_id, state, attempts, last_status, last_error, created_at, next_attempt_at, delivered_at";
    private const string Own = "issuer = $1 AND subject = $2";

    /// <summary>The person's registrations take turns from here on, so that they can be counted.</summary>
    public static async Task TakeTurn(NpgsqlConnection connection, string tenantId, Actor owner, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", connection);
        command.Parameters.Add(new() { Value = $"access.webhook {tenantId}\n{owner.Issuer}\n{owner.Subject}" });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task Insert(
        NpgsqlConnection connection, WebhookView webhook, bool hearsAll, string tenantId, Actor owner, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO access.webhook (webhook_id, tenant_id, issuer, subject, roles, country, url, kinds, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            connection);
        command.Parameters.Add(new() { Value = webhook.WebhookId });
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = owner.Issuer });
        command.Parameters.Add(new() { Value = owner.Subject });
        command.Parameters.Add(new() { Value = owner.Roles.ToArray() });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = owner.Country });
        command.Parameters.Add(new() { Value = webhook.Url });
        command.Parameters.Add(new NpgsqlParameter<string[]?> { TypedValue = hearsAll ? null : [.. webhook.Kinds.Select(kind => kind.Name())] });
        command.Parameters.Add(new() { Value = webhook.CreatedAt });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static Task<IReadOnlyList<WebhookView>> List(NpgsqlConnection connection, Actor owner, CancellationToken cancellationToken) =>
        Read($"SELECT {Columns} FROM access.webhook WHERE {Own} ORDER BY webhook_id DESC", connection, owner, [], Webhook, cancellationToken);

    public static async Task<WebhookView?> Find(NpgsqlConnection connection, Actor owner, Guid id, CancellationToken cancellationToken) =>
        (await Read($"SELECT {Columns} FROM access.webhook WHERE {Own} AND webhook_id = $3", connection, owner, [id], Webhook, cancellationToken)).SingleOrDefault();

    public static async Task<bool> Delete(NpgsqlConnection connection, Actor owner, Guid id, CancellationToken cancellationToken) =>
        await Read($"DELETE FROM access.webhook WHERE {Own} AND webhook_id = $3 RETURNING webhook_id", connection, owner, [id], reader => reader.GetGuid(0), cancellationToken) is not [];

    public static Task<IReadOnlyList<DeliveryView>> Deliveries(
        NpgsqlConnection connection, Actor owner, Guid id, Guid? before, int count, CancellationToken cancellationToken) =>
        Read(
            $"""
            SELECT {DeliveryColumns} FROM access.delivery
            WHERE webhook_id = (SELECT webhook_id FROM access.webhook WHERE {Own} AND webhook_id = $3) AND delivery_id < $4
            ORDER BY delivery_id DESC LIMIT $5
            """,
            connection,
            owner,
            [id, before ?? Guid.AllBitsSet, count],
            Delivery,
            cancellationToken);

    /// <summary>Makes a delivery due now, with all its retries before it.</summary>
    public static async Task<DeliveryView?> Redeliver(
        NpgsqlConnection connection, Actor owner, Guid id, Guid deliveryId, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await Read(
            $"""
            UPDATE access.delivery SET state = 'pending', tries = 0, next_attempt_at = $5, delivered_at = NULL
            WHERE delivery_id = $4 AND webhook_id = (SELECT webhook_id FROM access.webhook WHERE {Own} AND webhook_id = $3)
            RETURNING {DeliveryColumns}
            """,
            connection,
            owner,
            [id, deliveryId, now],
            Delivery,
            cancellationToken)).SingleOrDefault();

    private static async Task<IReadOnlyList<T>> Read<T>(
        string sql, NpgsqlConnection connection, Actor owner, object[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in (object[])[owner.Issuer, owner.Subject, .. parameters])
        {
            command.Parameters.Add(new() { Value = value });
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static WebhookView Webhook(NpgsqlDataReader reader) => new()
    {
        WebhookId = reader.GetGuid(0),
        Url = reader.GetString(1),
        Kinds = reader.IsDBNull(2) ? Enum.GetValues<NotificationKind>() : [.. reader.GetFieldValue<string[]>(2).Select(NotificationKinds.Parse)],
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(3),
        DisabledAt = reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
    };

    private static DeliveryView Delivery(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetString(1),
        reader.GetGuid(2),
        reader.GetString(3),
        reader.GetInt32(4),
        reader.IsDBNull(5) ? null : reader.GetInt32(5),
        reader.IsDBNull(6) ? null : reader.GetString(6),
        reader.GetFieldValue<DateTimeOffset>(7),
        reader.GetString(3) == "pending" ? reader.GetFieldValue<DateTimeOffset>(8) : null,
        reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9));
}
