using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Evaluation;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Corpus;

namespace Sovereignty.PolicyService.Move;

/// <summary>Where admitted data lies. Row-level security shows a tenant its own.</summary>
internal static class PlacementTable
{
    public static async Task<Placement?> FindToChange(NpgsqlConnection connection, string tenantId, string dataId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT placement FROM policy.placement WHERE tenant_id = $1 AND data_id = $2 AND cell_id IS NOT NULL FOR UPDATE", connection);
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = dataId });
        return await command.ExecuteScalarAsync(cancellationToken) is string placement
            ? JsonSerializer.Deserialize<Placement>(placement, ContractJson.Options)
            : null;
    }

    public static async Task Move(NpgsqlConnection connection, Placement placement, Decision decision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var cell = CellContent.Write(placement);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                CorpusTable.Insert([cell]),
                new(
                    """
                    WITH old AS (SELECT cell_id FROM policy.placement WHERE tenant_id = $1 AND data_id = $2),
                        moved AS (
                            UPDATE policy.placement SET content_hash = $3, placement = $4, decision = $5, decided_at = $6,
                                cell_id = (SELECT c.id FROM policy.cell c WHERE c.key = policy.cell_key($7))
                            WHERE tenant_id = $1 AND data_id = $2 RETURNING cell_id)
                    INSERT INTO policy.cell_change (cell_id) SELECT cell_id FROM old UNION SELECT cell_id FROM moved
                    """)
                {
                    Parameters =
                    {
                        new() { Value = placement.TenantId },
                        new() { Value = placement.DataId },
                        new() { Value = decision.InputHash! },
                        Json(JsonSerializer.Serialize(placement, ContractJson.Options)),
                        Json(JsonSerializer.Serialize(decision, ContractJson.Options)),
                        new() { Value = now },
                        Json(cell),
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets where data lies.</summary>
    /// <returns>Whether it lay anywhere.</returns>
    public static async Task<bool> Delete(NpgsqlConnection connection, string tenantId, string dataId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH gone AS (DELETE FROM policy.placement WHERE tenant_id = $1 AND data_id = $2 AND cell_id IS NOT NULL RETURNING cell_id)
            INSERT INTO policy.cell_change (cell_id) SELECT cell_id FROM gone
            """,
            connection);
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = dataId });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Tells where known data lies from now on; null for nowhere.</summary>
    public static void Tell(UnitOfWork unit, string tenantId, string dataId, Placement? placement, Actor by, DateTimeOffset now, PublishOptions options) =>
        unit.Publish(
            new PlacementChanged
            {
                OccurredAt = now,
                TenantId = tenantId,
                Actor = by,
                DataId = dataId,
                Regions = placement is null ? [] : [.. placement.Copies().Select(copy => copy.Region).Distinct()],
            },
            options with { OrderKey = $"{tenantId}/{dataId}" });

    private static NpgsqlParameter Json(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Jsonb };
}
