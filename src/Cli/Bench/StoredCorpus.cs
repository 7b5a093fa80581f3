using Npgsql;

namespace Sovereignty.Cli.Bench;

/// <summary>Admitted placements of tenants that are not there, written into PolicyService's tables, and taken out again.</summary>
internal sealed class StoredCorpus(NpgsqlDataSource database) : IAsyncDisposable
{
    public const string BannedType = Prefix + "type-0";

    private const string Prefix = "bench-corpus-";

    private const string InsertCells =
        $$"""
        INSERT INTO policy.cell (placement)
        SELECT jsonb_build_object(
            'tenantId', '{{Prefix}}' || i / 5,
            'dataType', '{{Prefix}}type-' || i % 5,
            'classification', (ARRAY['identity', 'transactional', 'operational', 'content', 'analytical'])[1 + i / 7 % 5],
            'originCountry', (ARRAY['DE', 'FR', 'SE', NULL])[1 + i / 11 % 4],
            'primaryRegion', (ARRAY['eu-central-1', 'eu-west-1', 'eu-west-3', 'eu-north-1'])[1 + i / 13 % 4],
            'replicaRegions', CASE WHEN i % 3 = 0 THEN '[]' ELSE jsonb_build_array((ARRAY['eu-west-3', 'eu-north-1'])[1 + i / 17 % 2]) END,
            'backupRegions', CASE WHEN i % 2 = 0 THEN '[]' ELSE '["eu-central-1"]'::jsonb END)
        FROM generate_series(0, $1 - 1) AS i
        """;

    // As wide as real rows are.
    private const string InsertPlacements =
        $$"""
        INSERT INTO policy.placement (tenant_id, data_id, content_hash, placement, decision, decided_at, cell_id)
        SELECT c.tenant_id, data_id, repeat(md5(data_id), 2),
            c.placement || jsonb_build_object('dataId', data_id, 'minimumEpoch', NULL),
            jsonb_build_object('dataId', data_id, 'tenantId', c.tenant_id, 'outcome', 'allow-with-obligations', 'code', 'compliant',
                'message', repeat('Every copy lies where the platform''s default policy allows it. ', 3), 'epoch', 1, 'inputHash', repeat(md5(data_id), 2),
                'obligations', '{"encryption": "required", "auditLog": "required", "retention": {"least": "P7Y", "most": "P7Y"}, "personalData": "strict", "crossBorder": "restricted"}'::jsonb,
                'allowedReplicaRegions', '["eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3", "eusc-de-east-1"]'::jsonb,
                'nearestCompliantRegions', '[]'::jsonb, 'citations', '[]'::jsonb),
            now(), c.id
        FROM generate_series(0, $1 - 1) AS n
        JOIN (SELECT row_number() OVER (ORDER BY id) - 1 AS number, * FROM policy.cell WHERE tenant_id LIKE '{{Prefix}}%') AS c ON c.number = n % $2
        CROSS JOIN LATERAL (SELECT '{{Prefix}}' || n) AS named (data_id)
        """;

    public static StoredCorpus Open(Platform platform) => new(NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(Platform.ToNpgsql(platform.Dsn["postgres"])) { Database = "policy", CommandTimeout = 900 }.ConnectionString));

    public async Task Add(int placements, int cells, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            // Of a bench that is stopped here nothing stays.
            await Insert(InsertCells, cells);
            await Insert(InsertPlacements, placements, cells);
            await transaction.CommitAsync(cancellationToken);
        }

        await Execute(connection, "VACUUM (ANALYZE) policy.cell, policy.placement");

        async Task Insert(string sql, params int[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var parameter in parameters)
            {
                command.Parameters.Add(new() { Value = parameter });
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>What the database alone takes to count the placements of each cell.</summary>
    public async Task CountByCell()
    {
        await using var command = database.CreateCommand("SELECT cell_id, count(*) FROM policy.placement WHERE cell_id IS NOT NULL GROUP BY cell_id");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
        }
    }

    /// <summary>The violations of the bench's data that are not over.</summary>
    public async Task<long> CountViolations()
    {
        await using var command = database.CreateCommand($"SELECT count(*) FROM policy.violation WHERE resolved_at IS NULL AND tenant_id LIKE '{Prefix}%'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task Remove()
    {
        await using var connection = await database.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // Looking for the violations of each cell that goes, one by one, would take minutes.
            await Execute(connection, "SET LOCAL session_replication_role = replica");
            await Execute(connection, $"DELETE FROM policy.violation WHERE tenant_id LIKE '{Prefix}%'");
            await Execute(connection, $"DELETE FROM policy.placement WHERE tenant_id LIKE '{Prefix}%'");
            await Execute(connection, $"DELETE FROM policy.cell WHERE tenant_id LIKE '{Prefix}%'");
            await transaction.CommitAsync();
        }

        await Execute(connection, "VACUUM (ANALYZE) policy.violation, policy.placement, policy.cell");
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
