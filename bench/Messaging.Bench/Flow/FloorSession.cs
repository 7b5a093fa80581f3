using System.Text.Json;
using Npgsql;
using Sovereignty.Contracts;

namespace Sovereignty.Messaging.Bench.Flow;

/// <summary>One connection of the floor with its prepared statements: two round trips for each message, lock and load, write and commit.</summary>
internal sealed class FloorSession : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlParameter<Guid> _id = new();
    private readonly NpgsqlBatch _load;
    private readonly FloorWrite _insert;
    private readonly FloorWrite _update;

    private FloorSession(NpgsqlConnection connection)
    {
        _connection = connection;
        _load = new(connection)
        {
            BatchCommands = { new("BEGIN"), new("SELECT body FROM bench.flow WHERE correlation_id = $1 FOR UPDATE") { Parameters = { _id } } },
        };
        _insert = new(connection, "INSERT INTO bench.flow (correlation_id, state, body) VALUES ($1, $2, $3)");
        _update = new(connection, "UPDATE bench.flow SET state = $2, body = $3, updated_at = now() WHERE correlation_id = $1");
    }

    public static async Task<FloorSession> Open(NpgsqlDataSource source)
    {
        var session = new FloorSession(await source.OpenConnectionAsync());
        await session._load.PrepareAsync();
        await session._insert.Prepare();
        await session._update.Prepare();
        return session;
    }

    public async Task<FlowInstance?> Load(Guid id)
    {
        _id.TypedValue = id;
        await using var reader = await _load.ExecuteReaderAsync();
        return await reader.ReadAsync() ? JsonSerializer.Deserialize<FlowInstance>(reader.GetString(0), ContractJson.Options) : null;
    }

    /// <summary>Answers with the id of the outbox row.</summary>
    public Task<long> Save(bool isNew, FlowInstance flow, Guid messageId, string endpoint, Guid nextId, string exchange, ReadOnlyMemory<byte> next) =>
        (isNew ? _insert : _update).Execute(flow, messageId, endpoint, nextId, exchange, next);

    public async Task Rollback()
    {
        await using var command = new NpgsqlCommand("ROLLBACK", _connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
