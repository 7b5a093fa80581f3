using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.PolicyService.Policies;

/// <summary>A published version with its history.</summary>
internal sealed record PolicyRow(ResidencyPolicy Policy, DateTimeOffset PublishedAt, Actor PublishedBy, DateTimeOffset? RetiredAt);

/// <summary>Published policies. Row-level security shows a tenant its own and the platform's.</summary>
internal static class PolicyTable
{
    private const string Columns = "id, version, tenant_id, data_type, mode, parameters, mechanisms, valid_from, valid_to, published_at, published_by, retired_at";

    public static async Task<PolicyRow?> FindLatest(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        var rows = await Query(
            connection,
            $"SELECT {Columns} FROM policy.residency_policy WHERE id = $1 ORDER BY version DESC LIMIT 1",
            cancellationToken,
            new NpgsqlParameter { Value = id });
        return rows.SingleOrDefault();
    }

    public static Task<List<PolicyRow>> ListLatest(NpgsqlConnection connection, Guid? after, int limit, CancellationToken cancellationToken) =>
        Query(
            connection,
            $"SELECT DISTINCT ON (id) {Columns} FROM policy.residency_policy WHERE $1 IS NULL OR id > $1 ORDER BY id, version DESC LIMIT $2",
            cancellationToken,
            new() { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new() { Value = limit });

    public static Task<List<PolicyRow>> ListVersions(NpgsqlConnection connection, Guid id, int after, int limit, CancellationToken cancellationToken) =>
        Query(
            connection,
            $"SELECT {Columns} FROM policy.residency_policy WHERE id = $1 AND version > $2 ORDER BY version LIMIT $3",
            cancellationToken,
            new() { Value = id },
            new() { Value = after },
            new() { Value = limit });

    /// <summary>Every version at one level of precedence that is not retired.</summary>
    public static Task<List<PolicyRow>> ListLevel(NpgsqlConnection connection, string? tenantId, string? dataType, CancellationToken cancellationToken) =>
        Query(
            connection,
            $"SELECT {Columns} FROM policy.residency_policy WHERE tenant_id IS NOT DISTINCT FROM $1 AND data_type IS NOT DISTINCT FROM $2 AND retired_at IS NULL",
            cancellationToken,
            SqlParameter.Text(tenantId),
            SqlParameter.Text(dataType));

    public static async Task Insert(NpgsqlConnection connection, PolicyRow row, CancellationToken cancellationToken)
    {
        var policy = row.Policy;
        await using var command = new NpgsqlCommand(
            $"INSERT INTO policy.residency_policy ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL)", connection);
        command.Parameters.Add(new() { Value = policy.Id });
        command.Parameters.Add(new() { Value = policy.Version });
        command.Parameters.Add(SqlParameter.Text(policy.TenantId));
        command.Parameters.Add(SqlParameter.Text(policy.DataType));
        command.Parameters.Add(new() { Value = ContractJson.NameOf(policy.Mode) });
        command.Parameters.Add(SqlParameter.Json(policy.Parameters));
        command.Parameters.Add(SqlParameter.Json(policy.Mechanisms));
        command.Parameters.Add(new() { Value = policy.ValidFrom });
        command.Parameters.Add(new() { Value = (object?)policy.ValidTo ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = row.PublishedAt });
        command.Parameters.Add(SqlParameter.Json(row.PublishedBy));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task Retire(NpgsqlConnection connection, Guid id, DateTimeOffset retiredAt, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("UPDATE policy.residency_policy SET retired_at = $2, retired_epoch = policy.next_epoch() WHERE id = $1", connection);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = retiredAt });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<PolicyRow>> Query(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        var rows = new List<PolicyRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new(
                new()
                {
                    Id = reader.GetGuid(0),
                    Version = reader.GetInt32(1),
                    TenantId = reader.IsDBNull(2) ? null : reader.GetString(2),
                    DataType = reader.IsDBNull(3) ? null : reader.GetString(3),
                    Mode = JsonSerializer.Deserialize<ResidencyMode>($"\"{reader.GetString(4)}\"", ContractJson.Options),
                    Parameters = JsonSerializer.Deserialize<ResidencyParameters>(reader.GetString(5), ContractJson.Options)!,
                    Mechanisms = JsonSerializer.Deserialize<DeclaredMechanism[]>(reader.GetString(6), ContractJson.Options)!,
                    ValidFrom = reader.GetFieldValue<DateTimeOffset>(7),
                    ValidTo = reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
                },
                reader.GetFieldValue<DateTimeOffset>(9),
                JsonSerializer.Deserialize<Actor>(reader.GetString(10), ContractJson.Options)!,
                reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11)));
        }

        return rows;
    }
}
