using Npgsql;

namespace Sovereignty.Cli.Bench;

/// <summary>Requests of the past, of a hundred one that still waits, written into AccessService's table as copies of a real one, and taken out again.</summary>
internal sealed class AccessHistory(NpgsqlDataSource database) : IAsyncDisposable
{
    private const string Marker = "Bench of access: a finished request of the past.";

    private const string Insert =
        """
        INSERT INTO access.request (correlation_id, state, body, updated_at)
        SELECT id, state, body || jsonb_build_object(
            'correlationId', id,
            'currentState', state,
            'justification', $4::text,
            'dataId', data_id,
            'requester', body -> 'requester' || jsonb_build_object('subject', requester),
            'submittedAt', utc(at),
            'lapsesAt', utc(CASE state WHEN 'AwaitingApproval' THEN now() ELSE at END + interval '7 days'),
            'votes', CASE
                WHEN state IN ('Ended', 'Revoked') THEN body -> 'votes'
                WHEN state = 'Denied' THEN jsonb_set(body -> 'votes', '{0,decision}', '"deny"')
                ELSE '[]' END,
            'grant', CASE WHEN state IN ('Ended', 'Revoked') THEN body -> 'grant' || jsonb_build_object(
                'id', gen_random_uuid(), 'startsAt', utc(at + interval '1 hour'), 'endsAt', utc(at + interval '9 hours')) END,
            'ending', CASE WHEN state <> 'AwaitingApproval' THEN jsonb_build_object('actor', body -> 'votes' -> 0 -> 'actor', 'at', utc(at + interval '8 hours'), 'reason', 'No longer needed.') END), at
        FROM (
            SELECT at,
                (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid AS id,
                CASE WHEN i % 100 = 0 THEN 'AwaitingApproval' ELSE (ARRAY['Denied', 'Lapsed', 'Ended', 'Revoked', 'Withdrawn'])[1 + i % 5] END AS state,
                CASE i / 5 % 10 WHEN 0 THEN 'requester' ELSE 'requester-' || i / 5 % 10 END AS requester,
                ($3::text[])[1 + i / 50 % cardinality($3::text[])] AS data_id
            FROM generate_series(1, $2) AS i, LATERAL (SELECT now() - interval '1 day' - i * interval '1 minute') AS past (at)) AS finished,
            (SELECT body FROM access.request WHERE correlation_id = $1) AS template
        """;

    public static AccessHistory Open(Platform platform) => new(NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(Platform.ToNpgsql(platform.Dsn["postgres"])) { Database = "access", CommandTimeout = 300 }.ConnectionString));

    public async Task<long> Count()
    {
        await using var command = database.CreateCommand("SELECT count(*) FROM access.request");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Copies a request that was approved, spread over the last months, over ways to end, requesters and data.</summary>
    public async Task Add(Guid template, int count, IReadOnlyList<string> data, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await Execute(connection, "CREATE FUNCTION pg_temp.utc(timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') $$");
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            // Of a bench that is stopped here nothing stays.
            await using var insert = new NpgsqlCommand(Insert.Replace("utc(", "pg_temp.utc(", StringComparison.Ordinal), connection);
            insert.Parameters.Add(new() { Value = template });
            insert.Parameters.Add(new() { Value = count });
            insert.Parameters.Add(new() { Value = data.ToArray() });
            insert.Parameters.Add(new() { Value = Marker });
            await insert.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await Execute(connection, "VACUUM (ANALYZE) access.request");
    }

    public async Task Remove()
    {
        await using var connection = await database.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // No command names these rows, and looking for one row by row would take minutes.
            await Execute(connection, "SET LOCAL session_replication_role = replica");
            await Execute(connection, $"DELETE FROM access.request WHERE body ->> 'justification' = '{Marker}'");
            await transaction.CommitAsync();
        }

        await Execute(connection, "VACUUM (ANALYZE) access.request");
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
