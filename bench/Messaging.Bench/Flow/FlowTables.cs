using Npgsql;

namespace Sovereignty.Messaging.Bench.Flow;

/// <summary>Empty tables, or tables with a long history put in their place.</summary>
internal sealed class FlowTables(NpgsqlDataSource admin)
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    /// <summary>Fills tables like inbox and saga, aside.</summary>
    public async Task MakeHistory(int rows) =>
        await Execute(
            $"""
            SET synchronous_commit = off;
            SET maintenance_work_mem = '256MB';
            CREATE SCHEMA history;
            CREATE TABLE history.inbox (LIKE messaging.inbox INCLUDING DEFAULTS);
            CREATE TABLE history.flow (LIKE bench.flow INCLUDING DEFAULTS);
            INSERT INTO history.inbox SELECT gen_random_uuid(), 'bench_messaging.flow', now() - i * interval '1 second' FROM generate_series({rows}, 1, -1) AS i;
            INSERT INTO history.flow
            SELECT id, 'Ended', jsonb_build_object('correlationId', id, 'currentState', 'Ended', 'version', 3, 'data', jsonb_build_object(
                'tenant', '{FlowData.Sample.Tenant}', 'requester', '{FlowData.Sample.Requester}', 'dataId', '{FlowData.Sample.DataId}', 'sourceRegion', '{FlowData.Sample.SourceRegion}',
                'targetRegion', '{FlowData.Sample.TargetRegion}', 'purpose', '{FlowData.Sample.Purpose}', 'justification', '{FlowData.Sample.Justification}')), now()
            FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, {rows})) AS ids;
            ALTER TABLE history.inbox ADD PRIMARY KEY (message_id, endpoint);
            CREATE INDEX ON history.inbox USING brin (received_at);
            ALTER TABLE history.flow ADD PRIMARY KEY (correlation_id);
            GRANT SELECT, INSERT, UPDATE, DELETE ON history.inbox, history.flow TO PUBLIC;
            """,
            "VACUUM (ANALYZE) history.inbox",
            "VACUUM (ANALYZE) history.flow",
            "CHECKPOINT");

    /// <summary>Exchanges the tables in use for those aside.</summary>
    public Task Swap() =>
        Execute(
            """
            BEGIN;
            CREATE SCHEMA aside;
            ALTER TABLE messaging.inbox SET SCHEMA aside;
            ALTER TABLE bench.flow SET SCHEMA aside;
            ALTER TABLE history.inbox SET SCHEMA messaging;
            ALTER TABLE history.flow SET SCHEMA bench;
            ALTER TABLE aside.inbox SET SCHEMA history;
            ALTER TABLE aside.flow SET SCHEMA history;
            DROP SCHEMA aside;
            COMMIT;
            """);

    /// <summary>Leaves the tables as they are after an idle time: the outbox has been vacuumed down to nothing, and plans are made anew on that.</summary>
    public Task Empty() => Execute("TRUNCATE messaging.inbox, bench.flow", "VACUUM (ANALYZE) messaging.outbox");

    /// <summary>Waits until nothing is left to send.</summary>
    public async Task Drain()
    {
        using var limit = new CancellationTokenSource(DrainLimit);
        await using var left = admin.CreateCommand("SELECT count(*) FROM messaging.outbox");
        while ((long)(await left.ExecuteScalarAsync(limit.Token))! > 0)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Fails unless every request left the rows that it should: three in the inbox, one in its last state.</summary>
    public async Task Expect(int requests)
    {
        await using var command = admin.CreateCommand("SELECT (SELECT count(*) FROM messaging.inbox), (SELECT count(*) FROM bench.flow WHERE state = 'Ended' AND (body->>'version')::int = 3)");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        if ((reader.GetInt64(0), reader.GetInt64(1)) is var found && found != (requests * 3, requests))
        {
            throw new InvalidOperationException($"{requests} requests left {found.Item1} rows in the inbox and {found.Item2} ended.");
        }
    }

    private async Task Execute(params string[] statements)
    {
        foreach (var sql in statements)
        {
            await using var command = admin.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }
}
