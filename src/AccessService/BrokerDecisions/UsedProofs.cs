using Npgsql;

namespace Sovereignty.AccessService.BrokerDecisions;

internal static class UsedProofs
{
    /// <summary>Uses a proof up.</summary>
    /// <returns>False where it was used before.</returns>
    public static async Task<bool> Use(NpgsqlConnection connection, string id, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("DELETE FROM access.used_proof WHERE expires_at < $1 - interval '1 hour'") { Parameters = { new() { Value = expiresAt } } },
                new("INSERT INTO access.used_proof (jti, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1")
                {
                    Parameters = { new() { Value = id }, new() { Value = expiresAt } },
                },
            },
        };
        return await batch.ExecuteScalarAsync(cancellationToken) is not null;
    }
}
