using Npgsql;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;

namespace Sovereignty.AccessService.Notify;

internal sealed record Audience(Actor Requester, bool StillWaits, IReadOnlyList<Listener> Listeners);

/// <summary>Whom the events of a request may concern: its requester, and people of its jurisdiction.</summary>
internal static class ListenerQueries
{
    public static async Task<Audience?> Find(NpgsqlConnection connection, Guid requestId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("SELECT requester_issuer, requester, state FROM access.request WHERE correlation_id = $1") { Parameters = { new() { Value = requestId } } },
                new(
                    """
                    SELECT listener.webhook_id, listener.issuer, listener.subject, listener.roles, listener.country, listener.kinds,
                        EXISTS (
                            SELECT FROM access.delivery JOIN access.webhook AS told USING (webhook_id)
                            WHERE request_id = $1 AND kind = 'request-awaiting-approval' AND told.issuer = listener.issuer AND told.subject = listener.subject)
                    FROM access.request JOIN access.webhook AS listener USING (tenant_id)
                    WHERE correlation_id = $1 AND disabled_at IS NULL
                    AND ((listener.issuer = requester_issuer AND listener.subject = requester) OR listener.country = jurisdiction)
                    """)
                {
                    Parameters = { new() { Value = requestId } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var requester = new Actor { Issuer = reader.GetString(0), Subject = reader.GetString(1) };
        var stillWaits = reader.GetString(2) == States.AwaitingApproval;
        await reader.NextResultAsync(cancellationToken);
        var listeners = new List<Listener>();
        while (await reader.ReadAsync(cancellationToken))
        {
            listeners.Add(new(
                reader.GetGuid(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.GetFieldValue<string[]>(3),
                reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.IsDBNull(5) ? null : [.. reader.GetFieldValue<string[]>(5).Select(NotificationKinds.Parse)],
                reader.GetBoolean(6)));
        }

        return new(requester, stillWaits, listeners);
    }
}
