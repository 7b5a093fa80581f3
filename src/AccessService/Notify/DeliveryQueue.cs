using Npgsql;

namespace Sovereignty.AccessService.Notify;

/// <summary>A webhook that this instance alone may call until its lease ends, and what it is to be told.</summary>
internal sealed record Claim(Guid LeaseId, Guid WebhookId, string Url, Guid DeliveryId, string Body, int Tries);

/// <summary>What is due. Instances share the work by leases on webhooks, so that each is called by one at a time; that of a killed instance runs out.</summary>
internal static class DeliveryQueue
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public static async Task<IReadOnlyList<Claim>> Take(
        NpgsqlConnection connection, int count, TimeSpan lease, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Two statements: the second sees what another instance delivered before the first got its lock.
        var leaseId = Guid.NewGuid();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(
                    """
                    UPDATE access.webhook SET lease_id = $1, leased_until = $2
                    WHERE webhook_id = ANY (ARRAY(
                        SELECT webhook_id FROM access.webhook
                        WHERE disabled_at IS NULL AND leased_until <= $3
                        AND EXISTS (SELECT FROM access.delivery WHERE delivery.webhook_id = webhook.webhook_id AND state = 'pending' AND next_attempt_at <= $3)
                        ORDER BY leased_until LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED))
                    """)
                {
                    Parameters = { new() { Value = leaseId }, new() { Value = now + lease }, new() { Value = now }, new() { Value = count } },
                },
                new(
                    """
                    SELECT webhook_id, url, delivery_id, body, tries
                    FROM access.webhook CROSS JOIN LATERAL (
                        SELECT delivery_id, body, tries FROM access.delivery
                        WHERE delivery.webhook_id = webhook.webhook_id AND state = 'pending' AND next_attempt_at <= $2
                        ORDER BY next_attempt_at, delivery_id LIMIT 1) AS next
                    WHERE lease_id = $1
                    """)
                {
                    Parameters = { new() { Value = leaseId }, new() { Value = now } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var claims = new List<Claim>();
        while (await reader.ReadAsync(cancellationToken))
        {
            claims.Add(new(leaseId, reader.GetGuid(0), reader.GetString(1), reader.GetGuid(2), reader.GetString(3), reader.GetInt32(4)));
        }

        return claims;
    }

    /// <summary>Writes down how it went, and lets the webhook go.</summary>
    public static async Task Record(NpgsqlConnection connection, Claim claim, Outcome outcome, int attempts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isGone = outcome.Error == Outcome.WebhookGone;
        var retry = outcome.IsDelivered || isGone ? null : RetryPlan.After(claim.Tries);
        var state = outcome.IsDelivered ? "delivered" : retry is null ? "failed" : "pending";
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(
                    """
                    UPDATE access.delivery
                    SET state = $2, attempts = attempts + $3, tries = tries + 1, last_status = $4, last_error = $5, next_attempt_at = $6, delivered_at = $7
                    WHERE delivery_id = $1 AND state = 'pending'
                    """)
                {
                    Parameters =
                    {
                        new() { Value = claim.DeliveryId },
                        new() { Value = state },
                        new() { Value = attempts },
                        new NpgsqlParameter<int?> { TypedValue = outcome.Status },
                        new NpgsqlParameter<string?> { TypedValue = outcome.Error },
                        new() { Value = now + (retry ?? TimeSpan.Zero) },
                        new NpgsqlParameter<DateTimeOffset?> { TypedValue = outcome.IsDelivered ? now : null },
                    },
                },
                Release(claim, now),
            },
        };
        if (isGone)
        {
            batch.BatchCommands.Add(new("UPDATE access.webhook SET disabled_at = $2 WHERE webhook_id = $1")
            {
                Parameters = { new() { Value = claim.WebhookId }, new() { Value = now } },
            });
            batch.BatchCommands.Add(new("UPDATE access.delivery SET state = 'failed', last_error = $2 WHERE webhook_id = $1 AND state = 'pending'")
            {
                Parameters = { new() { Value = claim.WebhookId }, new() { Value = outcome.Error! } },
            });
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Lets the webhook go without a word on the delivery, which stays due.</summary>
    public static async Task Abandon(NpgsqlConnection connection, Claim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Release(claim, now) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Deletes what has been over for long.</summary>
    public static async Task Forget(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DELETE FROM access.delivery WHERE state <> 'pending' AND created_at < $1", connection);
        command.Parameters.Add(new() { Value = now - Kept });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlBatchCommand Release(Claim claim, DateTimeOffset now) =>
        new("UPDATE access.webhook SET lease_id = NULL, leased_until = $3 WHERE webhook_id = $1 AND lease_id = $2")
        {
            Parameters = { new() { Value = claim.WebhookId }, new() { Value = claim.LeaseId }, new() { Value = now } },
        };
}
