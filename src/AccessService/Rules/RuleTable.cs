using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Rules;

/// <summary>A version of a rule, and who recorded it when. A retired one applies to nothing.</summary>
internal sealed record RuleRow(ApprovalRule Rule, bool Retired, DateTimeOffset RecordedAt, Actor RecordedBy);

/// <summary>Every version of every rule. Row-level security shows a tenant its own and the platform's.</summary>
internal static class RuleTable
{
    private const long Lock = 0x61636365_73730002;
    private const string Columns = "body, retired, recorded_at, recorded_by";
    private const string Latest = $"SELECT DISTINCT ON (rule_id) rule_id, {Columns} FROM access.rule";

    /// <summary>Makes changes of rules follow one another. Taken before the first read that a change rests on.</summary>
    public static async Task LockChanges(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection) { Parameters = { new() { Value = Lock } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<RuleRow?> FindLatest(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        (await Query(connection, $"SELECT {Columns} FROM access.rule WHERE rule_id = $1 ORDER BY version DESC LIMIT 1", cancellationToken, new NpgsqlParameter { Value = id })).SingleOrDefault();

    public static Task<List<RuleRow>> ListLatest(NpgsqlConnection connection, Guid? after, int limit, CancellationToken cancellationToken) =>
        Query(
            connection,
            $"SELECT {Columns} FROM ({Latest} WHERE rule_id > $1 ORDER BY rule_id, version DESC) AS latest ORDER BY rule_id LIMIT $2",
            cancellationToken,
            new NpgsqlParameter { Value = after ?? Guid.Empty },
            new NpgsqlParameter { Value = limit });

    /// <summary>The rules in force: of a tenant and of the platform, or of all tenants where none is named.</summary>
    public static Task<List<RuleRow>> ListInForce(NpgsqlConnection connection, string? tenantId, CancellationToken cancellationToken) =>
        Query(
            connection,
            $"SELECT {Columns} FROM ({Latest} WHERE $1 IS NULL OR tenant_id IS NULL OR tenant_id = $1 ORDER BY rule_id, version DESC) AS latest WHERE NOT retired ORDER BY rule_id",
            cancellationToken,
            new NpgsqlParameter { Value = (object?)tenantId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });

    public static Task<List<RuleRow>> ListVersions(NpgsqlConnection connection, Guid id, int after, int limit, CancellationToken cancellationToken) =>
        Query(
            connection,
            $"SELECT {Columns} FROM access.rule WHERE rule_id = $1 AND version > $2 ORDER BY version LIMIT $3",
            cancellationToken,
            new NpgsqlParameter { Value = id },
            new NpgsqlParameter { Value = after },
            new NpgsqlParameter { Value = limit });

    public static async Task Insert(NpgsqlConnection connection, RuleRow row, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO access.rule (rule_id, version, tenant_id, body, retired, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7)", connection)
        {
            Parameters =
            {
                new() { Value = row.Rule.Id },
                new() { Value = row.Rule.Version },
                new() { Value = (object?)row.Rule.TenantId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = JsonSerializer.Serialize(row.Rule, ContractJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new() { Value = row.Retired },
                new() { Value = row.RecordedAt },
                new() { Value = JsonSerializer.Serialize(row.RecordedBy, ContractJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<RuleRow>> Query(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        var rows = new List<RuleRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new(
                JsonSerializer.Deserialize<ApprovalRule>(reader.GetString(0), ContractJson.Options)!,
                reader.GetBoolean(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                JsonSerializer.Deserialize<Actor>(reader.GetString(3), ContractJson.Options)!));
        }

        return rows;
    }
}
