using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Regions;

namespace Sovereignty.PolicyService.Regions;

internal static class RegionTable
{
    /// <summary>Takes over regions of a higher version than the known one.</summary>
    /// <returns>Whether there were any.</returns>
    public static async Task<bool> Apply(NpgsqlConnection connection, IReadOnlyList<Region> regions, CancellationToken cancellationToken)
    {
        var newest = regions.GroupBy(region => region.Code).Select(versions => versions.MaxBy(region => region.Version)!).ToArray();
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO policy.region (code, version, body)
            SELECT told.code, told.version, told.body FROM unnest($1, $2, $3) AS told (code, version, body)
            WHERE NOT EXISTS (SELECT FROM policy.region known WHERE known.code = told.code AND known.version >= told.version)
            """,
            connection);
        command.Parameters.Add(new() { Value = newest.Select(region => region.Code).ToArray() });
        command.Parameters.Add(new() { Value = newest.Select(region => region.Version).ToArray() });
        command.Parameters.Add(new() { Value = newest.Select(region => JsonSerializer.Serialize(region, ContractJson.Options)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Notes that all regions were told.</summary>
    /// <returns>Whether this was the first time.</returns>
    public static async Task<bool> MarkComplete(NpgsqlConnection connection, DateTimeOffset takenAt, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("INSERT INTO policy.region_snapshot (taken_at) VALUES ($1) ON CONFLICT DO NOTHING", connection);
        command.Parameters.Add(new() { Value = takenAt.ToUniversalTime() });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }
}
