using Npgsql;

namespace Sovereignty.Cli.Bench.Enforcement;

/// <summary>Grants in force, written into AccessService's table as copies of a real one, and taken out again.</summary>
internal sealed class ManyGrants(NpgsqlDataSource database) : IAsyncDisposable
{
    private const string Marker = "Bench of enforcement: a grant in force.";
    private const int Batch = 20_000;

    private const string Insert =
        """
        INSERT INTO access.request (correlation_id, state, body)
        SELECT id, 'Active', body || jsonb_build_object(
            'correlationId', id,
            'justification', $3::text,
            'dataId', 'customer-profile-' || lpad(number::text, 10, '0'),
            'requester', body -> 'requester' || jsonb_build_object('subject', 'person-' || (number / 40)::text || '@acme.example'),
            'grant', body -> 'grant' || jsonb_build_object('id', gen_random_uuid(), 'endsAt', to_char((now() + interval '1 day') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))
        FROM (SELECT number, gen_random_uuid() AS id FROM generate_series($2::int, $2::int + $4::int - 1) AS number) AS copies,
            (SELECT body FROM access.request WHERE correlation_id = $1) AS template
        """;

    public static ManyGrants Open(Platform platform) => new(NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(Platform.ToNpgsql(platform.Dsn["postgres"])) { Database = "access", CommandTimeout = 600 }.ConnectionString));

    public async Task Add(Guid template, int count, CancellationToken cancellationToken)
    {
        for (var first = 0; first < count; first += Batch)
        {
            await using var insert = database.CreateCommand(Insert);
            insert.Parameters.Add(new() { Value = template });
            insert.Parameters.Add(new() { Value = first });
            insert.Parameters.Add(new() { Value = Marker });
            insert.Parameters.Add(new() { Value = Math.Min(Batch, count - first) });
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        await Execute("VACUUM (ANALYZE) access.request");
    }

    public async Task Remove()
    {
        await using (var connection = await database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // No command names these rows, and looking for one row by row would take minutes.
            await using var delete = new NpgsqlCommand($"SET LOCAL session_replication_role = replica; DELETE FROM access.request WHERE body ->> 'justification' = '{Marker}'", connection);
            await delete.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }

        await Execute("VACUUM (ANALYZE) access.request");
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private async Task Execute(string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
