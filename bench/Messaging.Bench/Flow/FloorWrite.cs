using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;

namespace Sovereignty.Messaging.Bench.Flow;

/// <summary>Inbox row, saga row, outbox row and commit in one round trip.</summary>
internal sealed class FloorWrite
{
    private readonly NpgsqlParameter<Guid> _messageId = new();
    private readonly NpgsqlParameter<string> _endpoint = new() { TypedValue = "" };
    private readonly NpgsqlParameter<Guid> _correlationId = new();
    private readonly NpgsqlParameter<string> _state = new() { TypedValue = "" };
    private readonly NpgsqlParameter<string> _body = new() { NpgsqlDbType = NpgsqlDbType.Jsonb };
    private readonly NpgsqlParameter<Guid> _nextId = new();
    private readonly NpgsqlParameter<string> _exchange = new() { TypedValue = "" };
    private readonly NpgsqlParameter<ReadOnlyMemory<byte>> _nextBody = new() { NpgsqlDbType = NpgsqlDbType.Bytea };
    private readonly NpgsqlParameter<string> _orderKey = new() { TypedValue = "" };
    private readonly NpgsqlBatch _batch;

    public FloorWrite(NpgsqlConnection connection, string flow) => _batch = new(connection)
    {
        BatchCommands =
        {
            new("INSERT INTO messaging.inbox (message_id, endpoint) VALUES ($1, $2)") { Parameters = { _messageId, _endpoint } },
            new(flow) { Parameters = { _correlationId, _state, _body } },
            new(
                """
                INSERT INTO messaging.outbox (message_id, exchange, routing_key, content_type, headers, body, order_key)
                VALUES ($1, $2, '', 'application/vnd.masstransit+json', '{}', $3, $4) RETURNING id
                """) { Parameters = { _nextId, _exchange, _nextBody, _orderKey } },
            new("COMMIT"),
        },
    };

    public Task Prepare() => _batch.PrepareAsync();

    public async Task<long> Execute(FlowInstance flow, Guid messageId, string endpoint, Guid nextId, string exchange, ReadOnlyMemory<byte> next)
    {
        (_messageId.TypedValue, _endpoint.TypedValue) = (messageId, endpoint);
        (_correlationId.TypedValue, _state.TypedValue, _body.TypedValue) = (flow.CorrelationId, flow.CurrentState, JsonSerializer.Serialize(flow, ContractJson.Options));
        (_nextId.TypedValue, _exchange.TypedValue, _nextBody.TypedValue, _orderKey.TypedValue) = (nextId, exchange, next, flow.CorrelationId.ToString());
        await using var reader = await _batch.ExecuteReaderAsync();
        await reader.ReadAsync();
        var row = reader.GetInt64(0);
        await reader.NextResultAsync();
        return row;
    }
}
