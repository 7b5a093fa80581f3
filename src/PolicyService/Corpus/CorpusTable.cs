using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Simulation;

namespace Sovereignty.PolicyService.Corpus;

/// <summary>Stored data by cell. Row-level security shows a tenant its own.</summary>
internal static class CorpusTable
{
    // Looked for first: an insert that meets what is there takes a number all the same. Sorted, so that two transactions with
    // the same new cells wait for one another instead of locking each other out.
    private const string InsertMissing =
        """
        INSERT INTO policy.cell (placement)
        SELECT wanted.placement FROM (SELECT DISTINCT placement FROM {0}) AS wanted
        WHERE (SELECT known.id FROM policy.cell known WHERE known.key = policy.cell_key(wanted.placement)) IS NULL
        ORDER BY policy.cell_key(wanted.placement)
        ON CONFLICT (key) DO NOTHING
        """;

    private static readonly string InsertGiven = string.Format(null, InsertMissing, "unnest($1) AS given (placement)");

    private static readonly string InsertReclassified = string.Format(
        null,
        InsertMissing,
        """
        (SELECT old.placement || jsonb_build_object('classification', $3::text) AS placement
         FROM policy.placement p JOIN policy.cell old ON old.id = p.cell_id WHERE p.tenant_id = $1 AND p.data_id = $2) AS reclassified
        """);

    /// <summary>Makes the cells that are not there yet. What is sent after it in the same batch finds them by <c>policy.cell_key</c>.</summary>
    public static NpgsqlBatchCommand Insert(IEnumerable<string> contents) => new(InsertGiven)
    {
        Parameters = { new() { Value = contents.Distinct(StringComparer.Ordinal).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb } },
    };

    /// <summary>Moves data to the cell of its new level. Data that was not admitted lies in none.</summary>
    public static async Task Reclassify(NpgsqlConnection connection, string tenantId, string dataId, ClassificationLevel level, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                // A statement of its own, so that those after it see what a move that held the row has made of it.
                new("SELECT FROM policy.placement WHERE tenant_id = $1 AND data_id = $2 FOR UPDATE") { Parameters = { new() { Value = tenantId }, new() { Value = dataId } } },
                new(InsertReclassified) { Parameters = { new() { Value = tenantId }, new() { Value = dataId }, new() { Value = ContractJson.NameOf(level) } } },
                new(
                    """
                    WITH moved AS (
                        UPDATE policy.placement p SET cell_id = new.id
                        FROM policy.cell old, policy.cell new
                        WHERE p.tenant_id = $1 AND p.data_id = $2 AND old.id = p.cell_id
                            AND new.key = policy.cell_key(old.placement || jsonb_build_object('classification', $3::text)) AND new.id <> old.id
                        RETURNING old.id AS old_id, new.id AS new_id)
                    INSERT INTO policy.cell_change (cell_id) SELECT old_id FROM moved UNION ALL SELECT new_id FROM moved
                    """)
                {
                    Parameters = { new() { Value = tenantId }, new() { Value = dataId }, new() { Value = ContractJson.NameOf(level) } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The cells that data lies in, with how much.</summary>
    public static async Task<List<CorpusCell>> Count(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT cell_id, placement, placements FROM policy.corpus()", connection);
        return await Read(command, cancellationToken);
    }

    /// <summary>The cells that data lies in, uncounted; of all, or of those given.</summary>
    public static async Task<List<CorpusCell>> List(NpgsqlConnection connection, IReadOnlyCollection<long>? only, CancellationToken cancellationToken)
    {
        // One look into the index per cell, whatever the planner thinks of the number of placements.
        await using var command = new NpgsqlCommand(
            $"""
            SELECT c.id, c.placement, 0::bigint FROM policy.cell c
            CROSS JOIN LATERAL (SELECT FROM policy.placement p WHERE p.cell_id = c.id LIMIT 1) AS one
            {(only is null ? "" : "WHERE c.id = ANY ($1)")}
            """,
            connection);
        if (only is not null)
        {
            command.Parameters.Add(new() { Value = only.ToArray() });
        }

        return await Read(command, cancellationToken);
    }

    /// <summary>How much lies in some cells.</summary>
    public static async Task<Dictionary<long, long>> Count(NpgsqlConnection connection, IReadOnlyCollection<long> cells, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<long, long>();
        if (cells.Count == 0)
        {
            return counts;
        }

        await using var command = new NpgsqlCommand("SELECT cell_id, placements FROM policy.count_placements($1)", connection);
        command.Parameters.Add(new() { Value = cells.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            counts[reader.GetInt64(0)] = reader.GetInt64(1);
        }

        return counts;
    }

    /// <summary>The ids of the data in a cell, in their order.</summary>
    public static async Task<List<string>> ListData(NpgsqlConnection connection, long cell, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT data_id FROM policy.placement WHERE cell_id = $1 AND data_id > $2 ORDER BY data_id LIMIT $3", connection);
        command.Parameters.Add(new() { Value = cell });
        command.Parameters.Add(new() { Value = after ?? "" });
        command.Parameters.Add(new() { Value = limit });
        var ids = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetString(0));
        }

        return ids;
    }

    /// <summary>The first few data ids of some cells.</summary>
    public static async Task<ILookup<long, string>> Samples(NpgsqlConnection connection, IReadOnlyCollection<long> cells, int each, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT wanted.id, sample.data_id FROM unnest($1) AS wanted (id)
            CROSS JOIN LATERAL (SELECT p.data_id FROM policy.placement p WHERE p.cell_id = wanted.id ORDER BY p.data_id LIMIT $2) AS sample
            """,
            connection);
        command.Parameters.Add(new() { Value = cells.ToArray() });
        command.Parameters.Add(new() { Value = each });
        var samples = new List<(long Cell, string DataId)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            samples.Add((reader.GetInt64(0), reader.GetString(1)));
        }

        return samples.ToLookup(sample => sample.Cell, sample => sample.DataId);
    }

    private static async Task<List<CorpusCell>> Read(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var cells = new List<CorpusCell>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            cells.Add(new(reader.GetInt64(0), CellContent.Read(reader.GetString(1)), reader.GetInt64(2)));
        }

        return cells;
    }
}
