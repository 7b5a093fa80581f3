using System.Text.Json;
using Npgsql;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;

namespace Sovereignty.AccessService.CheckAccess;

internal static class GrantQueries
{
    private const int MostLookedAt = 100;

    /// <summary>A subject's grants for some data: those that were not ended, and the newest of the others for the reason.</summary>
    public static async Task<IReadOnlyList<AccessRequest>> For(NpgsqlConnection connection, string tenantId, string subject, string dataId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            (SELECT body FROM access.request
             WHERE tenant_id = $1 AND requester = $2 AND data_id = $3 AND state IN ('Scheduled', 'Active', 'Suspended')
             ORDER BY correlation_id DESC LIMIT $4)
            UNION ALL
            (SELECT body FROM access.request
             WHERE tenant_id = $1 AND requester = $2 AND data_id = $3 AND state IN ('Ended', 'GivenBack', 'Exhausted', 'Revoked')
             ORDER BY correlation_id DESC LIMIT 1)
            """,
            connection);
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = subject });
        command.Parameters.Add(new() { Value = dataId });
        command.Parameters.Add(new() { Value = MostLookedAt });
        var grants = new List<AccessRequest>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            grants.Add(JsonSerializer.Deserialize<AccessRequest>(reader.GetString(0), ContractJson.Options)!);
        }

        return grants;
    }
}
