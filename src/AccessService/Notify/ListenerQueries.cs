using System.Text.Json;
using Npgsql;
using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.Notify;

/// <summary>Whom the events of a request may concern: its requester, people of its jurisdiction, compliance officers, and who was told of it before.</summary>
internal static class ListenerQueries
{
    public static async Task<Audience?> Find(NpgsqlConnection connection, Guid requestId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("SELECT body FROM access.request WHERE correlation_id = $1") { Parameters = { new() { Value = requestId } } },
                new(
                    """
                    SELECT listener.webhook_id, listener.issuer, listener.subject, listener.roles, listener.kinds, told,
                        person.version, person.roles, person.jurisdictions, person.active, person.valid_from, tenant_id
                    FROM access.request JOIN access.webhook AS listener USING (tenant_id)
                    LEFT JOIN LATERAL (
                        SELECT * FROM access.standing
                        WHERE standing.tenant_id = listener.tenant_id AND standing.subject = listener.subject AND valid_from <= $2
                        ORDER BY version DESC LIMIT 1) AS person USING (tenant_id)
                    CROSS JOIN LATERAL (
                        SELECT EXISTS (
                            SELECT FROM access.delivery JOIN access.webhook AS told USING (webhook_id)
                            WHERE request_id = $1 AND kind = 'request-awaiting-approval' AND told.issuer = listener.issuer AND told.subject = listener.subject)) AS before (told)
                    WHERE correlation_id = $1 AND disabled_at IS NULL
                    AND ((listener.issuer = requester_issuer AND listener.subject = requester) OR person.jurisdictions @> ARRAY[jurisdiction]
                        OR $3 = ANY (coalesce(person.roles, listener.roles)) OR told)
                    """)
                {
                    Parameters = { new() { Value = requestId }, new() { Value = now }, new() { Value = Roles.ComplianceOfficer } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var request = JsonSerializer.Deserialize<AccessRequest>(reader.GetString(0), ContractJson.Options)!;
        await reader.NextResultAsync(cancellationToken);
        var listeners = new List<Listener>();
        while (await reader.ReadAsync(cancellationToken))
        {
            listeners.Add(new(
                reader.GetGuid(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.IsDBNull(6) ? null : StandingOf(reader),
                reader.GetFieldValue<string[]>(3),
                reader.IsDBNull(4) ? null : [.. reader.GetFieldValue<string[]>(4).Select(NotificationKinds.Parse)],
                reader.GetBoolean(5)));
        }

        var waiting = request is { CurrentState: States.AwaitingApproval, Routing: { Current: { } stage } routing } ? new Waiting(routing.Stage + 1, stage, routing.Jurisdiction) : null;
        return new(request.Requester, waiting, request.VotesOfRoute.Select(vote => vote.Actor.Subject).ToHashSet(), listeners);
    }

    private static Standing StandingOf(NpgsqlDataReader reader) => new(
        reader.GetString(11),
        reader.GetString(2),
        reader.GetInt32(6),
        null,
        reader.GetFieldValue<string[]>(7),
        reader.GetFieldValue<string[]>(8),
        reader.GetBoolean(9),
        reader.GetFieldValue<DateTimeOffset>(10));
}
