using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Simulation;

namespace Sovereignty.PolicyService.Violations;

/// <summary>Who answers for a violation, until when and why.</summary>
internal sealed record Acceptance(DateTimeOffset At, Actor By, DateTimeOffset Until, string Reason);

/// <summary>A violation with its history.</summary>
internal sealed record ViolationRow(
    ResidencyViolation Violation, long CellId, int Version, Acceptance? Acceptance, DateTimeOffset? ResolvedAt, ViolationResolution? Resolution)
{
    public ViolationState StateAt(DateTimeOffset now) =>
        ResolvedAt is not null ? ViolationState.Resolved : Acceptance?.Until > now ? ViolationState.Accepted : ViolationState.Open;
}

/// <summary>Where a violation stands; an acceptance ends by the clock.</summary>
internal enum ViolationState
{
    Open,
    Accepted,
    Resolved,
}

/// <summary>Violations. Row-level security shows a tenant its own.</summary>
internal static class ViolationTable
{
    private const string Columns = "body, cell_id, version, accepted_at, accepted_by, accepted_until, accept_reason, resolved_at, resolution";

    public static async Task<ViolationRow?> Find(NpgsqlConnection connection, Guid id, bool toChange, CancellationToken cancellationToken)
    {
        var rows = await Query(
            connection,
            $"SELECT {Columns} FROM policy.violation WHERE id = $1{(toChange ? " FOR UPDATE" : "")}",
            cancellationToken,
            new NpgsqlParameter { Value = id });
        return rows.SingleOrDefault();
    }

    /// <summary>The newest first; those in one state where one is given.</summary>
    public static Task<List<ViolationRow>> List(NpgsqlConnection connection, ViolationState? state, DateTimeOffset now, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var filter = state switch
        {
            ViolationState.Open => "resolved_at IS NULL AND coalesce(accepted_until <= $1, true)",
            ViolationState.Accepted => "resolved_at IS NULL AND accepted_until > $1",
            ViolationState.Resolved => "resolved_at IS NOT NULL",
            _ => "true",
        };
        return Query(
            connection,
            $"SELECT {Columns} FROM policy.violation WHERE {filter} AND $1 IS NOT NULL AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
            cancellationToken,
            new() { Value = now },
            new() { Value = (object?)before ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new() { Value = limit });
    }

    /// <summary>The violations that are not over; of all cells, or of those given.</summary>
    public static async Task<List<UnresolvedViolation>> ListUnresolved(NpgsqlConnection connection, IReadOnlyCollection<long>? only, CancellationToken cancellationToken)
    {
        var rows = await Query(
            connection,
            $"SELECT {Columns} FROM policy.violation WHERE resolved_at IS NULL{(only is null ? "" : " AND cell_id = ANY ($1)")}",
            cancellationToken,
            only is null ? [] : [new() { Value = only.ToArray() }]);
        return [.. rows.Select(row => new UnresolvedViolation(row.CellId, row.Violation))];
    }

    public static async Task Open(NpgsqlConnection connection, IReadOnlyList<UnresolvedViolation> opened, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO policy.violation (id, tenant_id, cell_id, version, body) SELECT id, tenant_id, cell_id, 1, body FROM unnest($1, $2, $3, $4) AS row (id, tenant_id, cell_id, body)",
            connection);
        command.Parameters.Add(new() { Value = opened.Select(violation => violation.Violation.Id).ToArray() });
        command.Parameters.Add(new() { Value = opened.Select(violation => violation.Violation.TenantId).ToArray() });
        command.Parameters.Add(new() { Value = opened.Select(violation => violation.CellId).ToArray() });
        command.Parameters.Add(Bodies(opened));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whoever accepted a violation answered for the reason it had: with another reason it is open again.</summary>
    public static async Task Update(NpgsqlConnection connection, IReadOnlyCollection<UnresolvedViolation> changed, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE policy.violation v SET body = row.body, version = v.version + 1,
                accepted_until = CASE WHEN v.body ->> 'code' = row.body ->> 'code' THEN v.accepted_until END,
                accepted_at = CASE WHEN v.body ->> 'code' = row.body ->> 'code' THEN v.accepted_at END,
                accepted_by = CASE WHEN v.body ->> 'code' = row.body ->> 'code' THEN v.accepted_by END,
                accept_reason = CASE WHEN v.body ->> 'code' = row.body ->> 'code' THEN v.accept_reason END
            FROM unnest($1, $2) AS row (id, body) WHERE v.id = row.id
            """,
            connection);
        command.Parameters.Add(new() { Value = changed.Select(violation => violation.Violation.Id).ToArray() });
        command.Parameters.Add(Bodies(changed));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task Resolve(
        NpgsqlConnection connection, IReadOnlyList<(UnresolvedViolation Violation, ViolationResolution Resolution)> resolved, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE policy.violation v SET resolved_at = $3, resolution = row.resolution, version = v.version + 1
            FROM unnest($1, $2) AS row (id, resolution) WHERE v.id = row.id
            """,
            connection);
        command.Parameters.Add(new() { Value = resolved.Select(row => row.Violation.Violation.Id).ToArray() });
        command.Parameters.Add(new() { Value = resolved.Select(row => ContractJson.NameOf(row.Resolution)).ToArray() });
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task Accept(NpgsqlConnection connection, Guid id, Acceptance acceptance, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "UPDATE policy.violation SET accepted_at = $2, accepted_by = $3, accepted_until = $4, accept_reason = $5, version = version + 1 WHERE id = $1",
            connection);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = acceptance.At });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(acceptance.By, ContractJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = acceptance.Until });
        command.Parameters.Add(new() { Value = acceptance.Reason });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter Bodies(IEnumerable<UnresolvedViolation> violations) => new()
    {
        Value = violations.Select(violation => JsonSerializer.Serialize(violation.Violation, ContractJson.Options)).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
    };

    private static async Task<List<ViolationRow>> Query(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        var rows = new List<ViolationRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new(
                JsonSerializer.Deserialize<ResidencyViolation>(reader.GetString(0), ContractJson.Options)!,
                reader.GetInt64(1),
                reader.GetInt32(2),
                reader.IsDBNull(3)
                    ? null
                    : new(
                        reader.GetFieldValue<DateTimeOffset>(3),
                        JsonSerializer.Deserialize<Actor>(reader.GetString(4), ContractJson.Options)!,
                        reader.GetFieldValue<DateTimeOffset>(5),
                        reader.GetString(6)),
                reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7),
                reader.IsDBNull(8) ? null : JsonSerializer.Deserialize<ViolationResolution>($"\"{reader.GetString(8)}\"", ContractJson.Options)));
        }

        return rows;
    }
}
