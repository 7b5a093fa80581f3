using System.Text.Json;
using Npgsql;
using Sovereignty.Contracts;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Access;
using Sovereignty.PolicyService.Classify;

namespace Sovereignty.PolicyService.Validate;

/// <summary>Looks up what is known of the data that somebody wants to see.</summary>
internal static class AccessData
{
    public static async Task<KnownAccessData?> Find(NpgsqlConnection connection, string tenantId, string dataId, CancellationToken cancellationToken) =>
        await ClassificationTable.Find(connection, tenantId, dataId, cancellationToken) is { } classified
            ? new(classified.DataType, classified.Level, await FindAdmitted(connection, tenantId, dataId, cancellationToken))
            : null;

    private static async Task<Placement?> FindAdmitted(NpgsqlConnection connection, string tenantId, string dataId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT placement FROM policy.placement
            WHERE tenant_id = $1 AND data_id = $2 AND decision ->> 'outcome' IN ('allow', 'allow-with-obligations')
            """,
            connection);
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = dataId });
        return await command.ExecuteScalarAsync(cancellationToken) is string placement
            ? JsonSerializer.Deserialize<Placement>(placement, ContractJson.Options)
            : null;
    }
}
