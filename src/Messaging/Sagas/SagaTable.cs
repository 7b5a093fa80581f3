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
    private readonly string _load = $"SELECT body FROM {name} WHERE correlation_id = $1";
    private readonly string _insert = $"INSERT INTO {name} (correlation_id, state, body) VALUES ($1, $2, $3)";
    private readonly string _update = $"UPDATE {name} SET state = $2, body = $3, updated_at = now() WHERE correlation_id = $1";

    /// <summary>Whether the row is locked from load to commit. Only the control of a race test says no.</summary>
    internal bool Locks { get; init; } = true;

    /// <summary>Begins an instance in the state it says, so that it exists before its first message.</summary>
    /// <param name="unit">The running transaction.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task Begin(UnitOfWork unit, TSaga instance, CancellationToken cancellationToken) => Insert(unit.Connection, instance, cancellationToken);

    /// <summary>Reads an instance without a lock.</summary>
    /// <param name="unit">The running transaction; row-level security applies to it.</param>
    /// <param name="correlationId">Its id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The instance, or null where there is none that may be seen.</returns>
    public Task<TSaga?> Find(UnitOfWork unit, Guid correlationId, CancellationToken cancellationToken) =>
        Load(unit.Connection, correlationId, forUpdate: false, cancellationToken);

    internal async Task<TSaga?> Load(NpgsqlConnection connection, Guid correlationId, bool forUpdate, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(forUpdate && Locks ? _load + " FOR UPDATE" : _load, connection);
        command.Parameters.Add(new() { Value = correlationId });
        return await command.ExecuteScalarAsync(cancellationToken) is string body
            ? JsonSerializer.Deserialize<TSaga>(body, ContractJson.Options)
            : null;
    }

    internal Task Insert(NpgsqlConnection connection, TSaga instance, CancellationToken cancellationToken) =>
        Write(connection, _insert, instance, cancellationToken);

    internal Task Update(NpgsqlConnection connection, TSaga instance, CancellationToken cancellationToken) =>
        Write(connection, _update, instance, cancellationToken);

    private static async Task Write(NpgsqlConnection connection, string sql, TSaga instance, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToElement(instance, ContractJson.Options);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = instance.CorrelationId });
        command.Parameters.Add(new() { Value = body.TryGetProperty("currentState", out var state) ? state.ToString() : "" });
        command.Parameters.Add(new() { Value = body.GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb });
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
        {
            throw new ConcurrencyException($"{typeof(TSaga).Name} is gone.", typeof(TSaga), instance.CorrelationId);
        }
    }
}
