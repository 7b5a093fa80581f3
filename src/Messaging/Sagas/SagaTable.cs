using System.Text.Json;
using MassTransit;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;

namespace Sovereignty.Messaging;

/// <summary>
/// The table of one saga: <c>correlation_id uuid</c>, <c>state text</c>, <c>body jsonb</c>, <c>updated_at timestamptz</c>. The
/// body is the whole instance as JSON; what is searched by are generated columns that the service adds.
/// </summary>
/// <param name="name">The table's name with its schema, for example <c>access.request</c>.</param>
/// <typeparam name="TSaga">The instance.</typeparam>
public sealed class SagaTable<TSaga>(string name)
    where TSaga : class, SagaStateMachineInstance
{
    // A row that is not there, or was changed by another since it was loaded, is a division by zero: the commit that follows in
    // the same round trip is not reached.
    private readonly string _update =
        $"WITH saved AS (UPDATE {name} SET state = $2, body = $3, updated_at = now() WHERE correlation_id = $1 AND xmin = $4::text::xid RETURNING 1) SELECT 1 / count(*) FROM saved";

    private readonly string _overwrite = $"UPDATE {name} SET state = $2, body = $3, updated_at = now() WHERE correlation_id = $1";
    private readonly string _insert = $"INSERT INTO {name} (correlation_id, state, body) VALUES ($1, $2, $3)";
    private readonly string _find = $"SELECT body FROM {name} WHERE correlation_id = $1";
    private readonly string _load = $"SELECT body, xmin::text FROM {name} WHERE correlation_id = $1 FOR NO KEY UPDATE";

    /// <summary>Whether the row is locked from load to commit, and its version compared. Only the control of a race test says no.</summary>
    internal bool Guards { get; init; } = true;

    /// <summary>Begins an instance in the state it says, so that it exists before its first message.</summary>
    /// <param name="unit">The running transaction.</param>
    /// <param name="instance">The instance.</param>
    public void Begin(UnitOfWork unit, TSaga instance) => unit.Defer(Write(_insert, instance));

    /// <summary>Reads an instance without a lock.</summary>
    /// <param name="unit">The running transaction; row-level security applies to it.</param>
    /// <param name="correlationId">Its id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The instance, or null where there is none that may be seen.</returns>
    public Task<TSaga?> Find(UnitOfWork unit, Guid correlationId, CancellationToken cancellationToken) =>
        Find(unit.Connection, correlationId, cancellationToken);

    internal async Task<TSaga?> Find(NpgsqlConnection connection, Guid correlationId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_find, connection) { Parameters = { new() { Value = correlationId } } };
        return await command.ExecuteScalarAsync(cancellationToken) is string body ? Read(body) : null;
    }

    internal async Task<(TSaga Instance, string RowVersion)?> Load(NpgsqlConnection connection, Guid correlationId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Guards ? _load : _load.Replace(" FOR NO KEY UPDATE", "", StringComparison.Ordinal), connection)
        {
            Parameters = { new() { Value = correlationId } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (Read(reader.GetString(0)), reader.GetString(1)) : null;
    }

    internal NpgsqlBatchCommand Insert(TSaga instance) => Write(_insert, instance);

    internal NpgsqlBatchCommand Update(TSaga instance, string rowVersion)
    {
        if (!Guards)
        {
            return Write(_overwrite, instance);
        }

        var update = Write(_update, instance);
        update.Parameters.Add(new() { Value = rowVersion });
        return update;
    }

    private static TSaga Read(string body) => JsonSerializer.Deserialize<TSaga>(body, ContractJson.Options)!;

    private static NpgsqlBatchCommand Write(string sql, TSaga instance)
    {
        var body = JsonSerializer.SerializeToElement(instance, ContractJson.Options);
        return new(sql)
        {
            Parameters =
            {
                new() { Value = instance.CorrelationId },
                new() { Value = body.TryGetProperty("currentState", out var state) ? state.ToString() : "" },
                new() { Value = body.GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
    }
}
