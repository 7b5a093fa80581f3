using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;

namespace Sovereignty.PolicyService.Classify;

internal static class ClassificationTable
{
    public static async Task<ClassifiedData?> Find(NpgsqlConnection connection, string tenantId, string dataId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT version, data_type, level, classified_at, classified_by FROM policy.classification
            WHERE tenant_id = $1 AND data_id = $2 ORDER BY version DESC LIMIT 1
            """,
            connection);
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = dataId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(
                tenantId,
                dataId,
                reader.GetInt32(0),
                reader.GetString(1),
                ClassificationLevels.Find(reader.GetString(2))!.Value,
                reader.GetFieldValue<DateTimeOffset>(3),
                JsonSerializer.Deserialize<Actor>(reader.GetString(4), ContractJson.Options)!)
            : null;
    }

    public static async Task Insert(NpgsqlConnection connection, IReadOnlyList<ClassifiedData> classified, CancellationToken cancellationToken)
    {
        if (classified.Count == 0)
        {
            return;
        }

        ClassifiedData[] rows = [.. classified.OrderBy(row => row.TenantId, StringComparer.Ordinal).ThenBy(row => row.DataId, StringComparer.Ordinal)];
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO policy.classification (tenant_id, data_id, version, data_type, level, classified_at, classified_by)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
            """,
            connection);
        command.Parameters.Add(new() { Value = rows.Select(row => row.TenantId).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.DataId).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.Version).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.DataType).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => ContractJson.NameOf(row.Level)).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.ClassifiedAt).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => JsonSerializer.Serialize(row.ClassifiedBy, ContractJson.Options)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
