using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Enforce;

/// <summary>What one reading saw: the rows that another had not, where it stands, and up to where rows were deleted.</summary>
internal sealed record ChangeReading(GrantPosition Position, ulong DeletedTo, IReadOnlyList<GrantChange> Changes);

internal sealed record GrantChange(ulong WrittenBy, string TenantId, Guid RequestId);

internal static class GrantChangeQueries
{
    private const string Moved =
        """
        SELECT pg_current_snapshot()::text, (SELECT deleted_to FROM access.grant_change_floor), written_by, tenant_id, request_id
        FROM (SELECT) AS reading LEFT JOIN LATERAL (
            SELECT written_by, tenant_id, request_id FROM access.grant_change
            WHERE written_by >= $1 AND NOT pg_visible_in_snapshot(written_by, $2::pg_snapshot) AND tenant_id = ANY ($3)
            ORDER BY written_by DESC LIMIT $4) AS change ON true
        """;

    private const string Sweep =
        """
        WITH oldest AS (SELECT id, changed_at FROM access.grant_change ORDER BY id LIMIT $2),
        deleted AS (DELETE FROM access.grant_change WHERE id IN (SELECT id FROM oldest WHERE changed_at < $1) RETURNING written_by),
        floor AS (UPDATE access.grant_change_floor SET deleted_to = highest.written_by
            FROM (SELECT written_by FROM deleted ORDER BY written_by DESC LIMIT 1) AS highest WHERE deleted_to < highest.written_by)
        SELECT count(*) FROM deleted
        """;

    /// <summary>
    /// What a reading did not see of some tenants, the newest first, as rows that point to requests. The rows and the new position are
    /// of one moment.
    /// </summary>
    public static async Task<ChangeReading> Since(NpgsqlConnection connection, GrantPosition seen, string[] tenants, int most, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Moved, connection);
        command.Parameters.Add(new() { Value = seen.Least, NpgsqlDbType = NpgsqlDbType.Xid8 });
        command.Parameters.Add(new() { Value = seen.ToString(), NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = tenants });
        command.Parameters.Add(new() { Value = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (position, deletedTo, changes) = ("", 0UL, new List<GrantChange>());
        while (await reader.ReadAsync(cancellationToken))
        {
            (position, deletedTo) = (reader.GetString(0), reader.GetFieldValue<ulong>(1));
            if (!reader.IsDBNull(2))
            {
                changes.Add(new(reader.GetFieldValue<ulong>(2), reader.GetString(3), reader.GetGuid(4)));
            }
        }

        return new(GrantPosition.Parse(position)!, deletedTo, changes);
    }

    /// <summary>Grants as they are now, so at least as new as any change that was read before.</summary>
    public static async Task<IReadOnlyDictionary<Guid, AccessGrant>> Now(NpgsqlConnection connection, Guid[] requests, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT body FROM access.request WHERE correlation_id = ANY ($1)", connection);
        command.Parameters.Add(new() { Value = requests });
        return (await Grants(command, cancellationToken)).Grants.ToDictionary(grant => grant.RequestId);
    }

    /// <summary>A page of a tenant's grants that have not ended, and a position that is not later than the reading.</summary>
    public static async Task<(GrantPosition Position, IReadOnlyList<AccessGrant> Grants)> Live(
        NpgsqlConnection connection, string tenantId, Guid after, int count, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT body, pg_current_snapshot()::text FROM (SELECT) AS reading LEFT JOIN LATERAL (
                SELECT correlation_id, body FROM access.request
                WHERE tenant_id = $1 AND state IN ('Scheduled', 'Active', 'Suspended') AND correlation_id > $2
                ORDER BY correlation_id LIMIT $3) AS live ON true
            ORDER BY correlation_id
            """,
            connection);
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = count });
        var (grants, position) = await Grants(command, cancellationToken, positioned: true);
        return (GrantPosition.Parse(position!)!, grants);
    }

    /// <summary>Deletes the oldest changes where they are older than a moment, and writes down how far.</summary>
    /// <returns>How many; fewer than asked for when there are no more.</returns>
    public static async Task<long> Delete(NpgsqlConnection connection, DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sweep, connection);
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = most });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<(List<AccessGrant> Grants, string? Position)> Grants(NpgsqlCommand command, CancellationToken cancellationToken, bool positioned = false)
    {
        var (grants, position) = (new List<AccessGrant>(), (string?)null);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            position = positioned ? reader.GetString(1) : null;
            if (!reader.IsDBNull(0) && GrantChanges.Grant(JsonSerializer.Deserialize<AccessRequest>(reader.GetString(0), ContractJson.Options)!) is { } grant)
            {
                grants.Add(grant);
            }
        }

        return (grants, position);
    }
}
