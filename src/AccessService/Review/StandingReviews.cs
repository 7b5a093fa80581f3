using Npgsql;
using Sovereignty.AccessService.Requests;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Review;

/// <param name="AfterId">Up to which request those that depend on the person were told.</param>
internal sealed record StandingReview(string TenantId, string Subject, int Version, Guid AfterId);

/// <summary>Tells what depends on a person: their own requests and grants, and what waits where they may decide or might before.</summary>
internal sealed class StandingReviews(UnitOfWork unit, TimeProvider time)
{
    public const int RequestsAtOnce = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task Keep(NpgsqlConnection connection, StandingReview review, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO access.standing_review (tenant_id, subject, version, begins_at, due_at) VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING", connection)
        {
            Parameters = { new() { Value = review.TenantId }, new() { Value = review.Subject }, new() { Value = review.Version }, new() { Value = dueAt } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<StandingReview?> TakeDue(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT tenant_id, subject, version, after_id FROM access.standing_review WHERE due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED", connection)
        {
            Parameters = { new() { Value = now } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new(reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetGuid(3)) : null;
    }

    public static NpgsqlBatchCommand PutOff(StandingReview review, DateTimeOffset dueAt) =>
        new("UPDATE access.standing_review SET due_at = $4 WHERE tenant_id = $1 AND subject = $2 AND version = $3")
        {
            Parameters = { new() { Value = review.TenantId }, new() { Value = review.Subject }, new() { Value = review.Version }, new() { Value = dueAt } },
        };

    public async Task GoOn(StandingReview review, CancellationToken cancellationToken)
    {
        var (now, requests) = (time.Now(), await Next(review, cancellationToken));
        foreach (var request in requests)
        {
            unit.Send(Service.RequestQueue, new ReviewStanding(request, now), new() { OrderKey = request.ToString() });
        }

        unit.Defer(requests.Count < RequestsAtOnce
            ? new("DELETE FROM access.standing_review WHERE tenant_id = $1 AND subject = $2 AND version = $3")
            {
                Parameters = { new() { Value = review.TenantId }, new() { Value = review.Subject }, new() { Value = review.Version } },
            }
            : new("UPDATE access.standing_review SET after_id = $4, due_at = $5 WHERE tenant_id = $1 AND subject = $2 AND version = $3")
            {
                Parameters =
                {
                    new() { Value = review.TenantId },
                    new() { Value = review.Subject },
                    new() { Value = review.Version },
                    new() { Value = requests[^1] },
                    new() { Value = time.Now() + Pause },
                },
            });
    }

    private async Task<List<Guid>> Next(StandingReview review, CancellationToken cancellationToken)
    {
        // Held for a moment: who read the directory before the change has committed by then, and is found.
        await using var batch = new NpgsqlBatch(unit.Connection)
        {
            BatchCommands =
            {
                new("SAVEPOINT looked"),
                new("SELECT pg_advisory_xact_lock($1)") { Parameters = { new() { Value = ApprovalSource.Lock } } },
                new("ROLLBACK TO SAVEPOINT looked"),
                new(
                    """
                    SELECT correlation_id FROM (
                        (SELECT correlation_id FROM access.request
                         WHERE tenant_id = $1 AND requester = $2 AND state IN ('AwaitingApproval', 'Scheduled', 'Active', 'Suspended') AND correlation_id > $3
                         ORDER BY correlation_id LIMIT $4)
                        UNION
                        (SELECT correlation_id FROM access.request
                         WHERE tenant_id = $1 AND state = 'AwaitingApproval' AND correlation_id > $3
                         AND jurisdiction = ANY (ARRAY(SELECT DISTINCT unnest(jurisdictions) FROM access.standing WHERE tenant_id = $1 AND subject = $2))
                         ORDER BY correlation_id LIMIT $4)) AS dependent
                    ORDER BY correlation_id LIMIT $4
                    """)
                {
                    Parameters = { new() { Value = review.TenantId }, new() { Value = review.Subject }, new() { Value = review.AfterId }, new() { Value = RequestsAtOnce } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var requests = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            requests.Add(reader.GetGuid(0));
        }

        return requests;
    }
}
