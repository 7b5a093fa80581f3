using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.PolicyService.Classify;
using Sovereignty.PolicyService.Corpus;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.Evaluation;
using Sovereignty.Messaging;

namespace Sovereignty.PolicyService.Decide;

internal sealed record DecidedPlacement(Placement Placement, string ContentHash, Decision Decision);

/// <summary>What is known of the data ids of one batch, and the newest epoch: one round trip.</summary>
internal sealed class KnownData
{
    private readonly Dictionary<(string TenantId, string DataId), (string ContentHash, Decision Decision)> _decided = [];
    private readonly Dictionary<(string TenantId, string DataId), (int Version, ClassificationLevel Level)> _classified = [];

    private KnownData()
    {
    }

    public EpochHead? Head { get; private set; }

    public static async Task<KnownData> Load(UnitOfWork unit, IEnumerable<Placement> placements, CancellationToken cancellationToken)
    {
        var keys = placements.Select(KeyOf).Distinct().ToArray();
        var tenants = keys.Select(key => key.TenantId).ToArray();
        var ids = keys.Select(key => key.DataId).ToArray();
        await using var batch = PolicySnapshots.Enter(unit);
        batch.BatchCommands.Add(new(
            """
            SELECT p.tenant_id, p.data_id, p.content_hash, p.decision
            FROM unnest($1, $2) AS k (tenant_id, data_id) JOIN policy.placement p USING (tenant_id, data_id)
            """)
        {
            Parameters = { new() { Value = tenants }, new() { Value = ids } },
        });
        batch.BatchCommands.Add(new(
            """
            SELECT k.tenant_id, k.data_id, c.version, c.level
            FROM unnest($1, $2) AS k (tenant_id, data_id)
            CROSS JOIN LATERAL (
                SELECT version, level FROM policy.classification c
                WHERE c.tenant_id = k.tenant_id AND c.data_id = k.data_id
                ORDER BY version DESC LIMIT 1) AS c
            """)
        {
            Parameters = { new() { Value = tenants }, new() { Value = ids } },
        });

        var known = new KnownData();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        known.Head = await PolicySnapshots.Entered(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            known._decided[(reader.GetString(0), reader.GetString(1))] =
                (reader.GetString(2), JsonSerializer.Deserialize<Decision>(reader.GetString(3), ContractJson.Options)!);
        }

        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            known._classified[(reader.GetString(0), reader.GetString(1))] = (reader.GetInt32(2), ClassificationLevels.Find(reader.GetString(3))!.Value);
        }

        return known;
    }

    public (string ContentHash, Decision Decision)? Find(Placement placement) =>
        _decided.TryGetValue(KeyOf(placement), out var first) ? first : null;

    public (int Version, ClassificationLevel Level)? ClassificationOf(Placement placement) =>
        _classified.TryGetValue(KeyOf(placement), out var current) ? current : null;

    public void Remember(DecidedPlacement decided) => _decided[KeyOf(decided.Placement)] = (decided.ContentHash, decided.Decision);

    /// <summary>A data id that another transaction took meanwhile is a unique violation: the batch is tried again and finds it.</summary>
    public static async Task Save(NpgsqlConnection connection, List<DecidedPlacement> decided, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (decided.Count == 0)
        {
            return;
        }

        // Sorted, so that two batches with the same ids wait for one another instead of locking each other out.
        DecidedPlacement[] rows = [.. decided.OrderBy(row => row.Placement.TenantId, StringComparer.Ordinal).ThenBy(row => row.Placement.DataId, StringComparer.Ordinal)];
        string?[] cells = [.. rows.Select(row => row.Decision.Outcome.Admits() ? CellContent.Write(row.Placement) : null)];
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                CorpusTable.Insert(cells.OfType<string>()),
                new(
                    """
                    INSERT INTO policy.placement (tenant_id, data_id, content_hash, placement, decision, decided_at, cell_id)
                    SELECT tenant_id, data_id, content_hash, placement, decision, $6, (SELECT c.id FROM policy.cell c WHERE c.key = policy.cell_key(row.cell))
                    FROM unnest($1, $2, $3, $4, $5, $7) AS row (tenant_id, data_id, content_hash, placement, decision, cell)
                    """)
                {
                    Parameters =
                    {
                        new() { Value = rows.Select(row => row.Placement.TenantId).ToArray() },
                        new() { Value = rows.Select(row => row.Placement.DataId).ToArray() },
                        new() { Value = rows.Select(row => row.ContentHash).ToArray() },
                        Json(rows.Select(row => JsonSerializer.Serialize(row.Placement, ContractJson.Options))),
                        Json(rows.Select(row => JsonSerializer.Serialize(row.Decision, ContractJson.Options))),
                        new() { Value = now },
                        Json(cells),
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter Json(IEnumerable<string?> values) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };

    private static (string TenantId, string DataId) KeyOf(Placement placement) => (placement.TenantId, placement.DataId);
}
