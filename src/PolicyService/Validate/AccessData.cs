using System.Text.Json;
using Npgsql;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Access;

namespace Sovereignty.PolicyService.Validate;

/// <summary>What is known of the data that people want to see: one query, however many they are.</summary>
internal sealed class AccessData
{
    private readonly Dictionary<(string TenantId, string DataId), KnownAccessData> _known = [];

    private AccessData()
    {
    }

    public static async Task<AccessData> Load(NpgsqlConnection connection, IEnumerable<ValidateAccess> asked, CancellationToken cancellationToken)
    {
        var keys = asked.Where(access => Placement.IsTenant(access.TenantId) && Placement.IsDataId(access.DataId)).Select(KeyOf).Distinct().ToArray();
        var data = new AccessData();
        if (keys is [])
        {
            return data;
        }

        await using var command = new NpgsqlCommand(
            """
            SELECT key.tenant_id, key.data_id, known.data_type, known.level, admitted.placement
            FROM unnest($1, $2) AS key (tenant_id, data_id)
            CROSS JOIN LATERAL (
                SELECT data_type, level FROM policy.classification c
                WHERE c.tenant_id = key.tenant_id AND c.data_id = key.data_id ORDER BY version DESC LIMIT 1) AS known
            LEFT JOIN policy.placement admitted
                ON admitted.tenant_id = key.tenant_id AND admitted.data_id = key.data_id AND admitted.decision ->> 'outcome' IN ('allow', 'allow-with-obligations')
            """,
            connection);
        command.Parameters.Add(new() { Value = keys.Select(key => key.TenantId).ToArray() });
        command.Parameters.Add(new() { Value = keys.Select(key => key.DataId).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            data._known[(reader.GetString(0), reader.GetString(1))] = new(
                reader.GetString(2),
                ClassificationLevels.Find(reader.GetString(3))!.Value,
                reader.IsDBNull(4) ? null : JsonSerializer.Deserialize<Placement>(reader.GetString(4), ContractJson.Options));
        }

        return data;
    }

    /// <summary>Null where the data was never classified, or cannot be named like that.</summary>
    public KnownAccessData? Find(ValidateAccess asked) =>
        asked is { TenantId: not null, DataId: not null } && _known.TryGetValue(KeyOf(asked), out var known) ? known : null;

    private static (string TenantId, string DataId) KeyOf(ValidateAccess asked) => (asked.TenantId, asked.DataId);
}
