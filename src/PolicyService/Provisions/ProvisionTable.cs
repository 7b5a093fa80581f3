using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;

namespace Sovereignty.PolicyService.Provisions;

/// <summary>A recorded version of a fact, a rule or a tenant's choice.</summary>
internal sealed record Provision<T>(string? TenantId, string Key, int Version, T Body, DateTimeOffset RecordedAt, Actor RecordedBy);

/// <summary>What decides besides policies, by kind and key. Row-level security shows a tenant its own and the platform's.</summary>
internal sealed class ProvisionTable<T>(string kind)
{
    private const string Columns = "tenant_id, key, version, body, recorded_at, recorded_by";

    public async Task<Provision<T>?> FindLatest(NpgsqlConnection connection, string? tenantId, string key, CancellationToken cancellationToken) =>
        (await Query(
            connection,
            $"SELECT {Columns} FROM policy.provision WHERE kind = $1 AND tenant_id IS NOT DISTINCT FROM $2 AND key = $3 ORDER BY version DESC LIMIT 1",
            cancellationToken,
            SqlParameter.Text(tenantId),
            new() { Value = key })).SingleOrDefault();

    public Task<List<Provision<T>>> ListLatest(NpgsqlConnection connection, string? tenantId, string? after, int limit, CancellationToken cancellationToken) =>
        Query(
            connection,
            $"SELECT DISTINCT ON (key) {Columns} FROM policy.provision WHERE kind = $1 AND tenant_id IS NOT DISTINCT FROM $2 AND ($3 IS NULL OR key > $3) ORDER BY key, version DESC LIMIT $4",
            cancellationToken,
            SqlParameter.Text(tenantId),
            SqlParameter.Text(after),
            new() { Value = limit });

    public Task<List<Provision<T>>> ListVersions(NpgsqlConnection connection, string? tenantId, string key, int after, int limit, CancellationToken cancellationToken) =>
        Query(
            connection,
            $"SELECT {Columns} FROM policy.provision WHERE kind = $1 AND tenant_id IS NOT DISTINCT FROM $2 AND key = $3 AND version > $4 ORDER BY version LIMIT $5",
            cancellationToken,
            SqlParameter.Text(tenantId),
            new() { Value = key },
            new() { Value = after },
            new() { Value = limit });

    public async Task Insert(NpgsqlConnection connection, Provision<T> provision, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"INSERT INTO policy.provision (kind, {Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7)", connection);
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(SqlParameter.Text(provision.TenantId));
        command.Parameters.Add(new() { Value = provision.Key });
        command.Parameters.Add(new() { Value = provision.Version });
        command.Parameters.Add(SqlParameter.Json(provision.Body));
        command.Parameters.Add(new() { Value = provision.RecordedAt });
        command.Parameters.Add(SqlParameter.Json(provision.RecordedBy));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<List<Provision<T>>> Query(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.AddRange(parameters);
        var rows = new List<Provision<T>>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new(
                reader.IsDBNull(0) ? null : reader.GetString(0),
                reader.GetString(1),
                reader.GetInt32(2),
                JsonSerializer.Deserialize<T>(reader.GetString(3), ContractJson.Options)!,
                reader.GetFieldValue<DateTimeOffset>(4),
                JsonSerializer.Deserialize<Actor>(reader.GetString(5), ContractJson.Options)!));
        }

        return rows;
    }
}

internal static class ProvisionTables
{
    public static ProvisionTable<Contracts.Residency.LegalFact> Facts { get; } = new("fact");

    public static ProvisionTable<Contracts.Residency.ClassificationRule> Rules { get; } = new("rule");

    public static ProvisionTable<Contracts.Residency.RetentionRule> Retentions { get; } = new("retention");
}
