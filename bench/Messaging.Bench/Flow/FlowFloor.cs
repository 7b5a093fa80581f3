using System.Collections.Concurrent;
using System.Threading.Channels;
using MassTransit;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Sovereignty.Messaging.Bench.Flow;

/// <summary>
/// The same flow by hand: Npgsql, RabbitMQ.Client and System.Text.Json alone, the same messages and rows, one commit per step,
/// the message acknowledged after it. The next message goes out from memory, its row is deleted once it is confirmed.
/// </summary>
internal sealed class FlowFloor : IAsyncDisposable
{
    public const string Checked = "bench_messaging.floor.checked";
    public const string Approved = "bench_messaging.floor.approved";
    public const string Ended = "bench_messaging.floor.ended";

    private readonly ConcurrentBag<FloorSession> _sessions = [];
    private readonly Channel<long> _confirmed = Channel.CreateUnbounded<long>(new() { SingleReader = true });
    private readonly Place _place;
    private readonly string _queue;
    private readonly NpgsqlDataSource _source;
    private readonly IConnection _receiving;
    private readonly IConnection _publishing;
    private readonly IChannel _receiver;
    private readonly IChannel _publisher;
    private readonly Task _deleting;

    private FlowFloor(Place place, string queue, NpgsqlDataSource source, IConnection receiving, IConnection publishing, IChannel receiver, IChannel publisher)
    {
        _receiving = receiving;
        _publishing = publishing;
        _place = place;
        _queue = queue;
        _source = source;
        _receiver = receiver;
        _publisher = publisher;
        _deleting = Task.Run(Delete);
    }

    public static async Task<FlowFloor> Start(Place place, string queue, string database, int concurrency)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { NoResetOnClose = true });
        var (receiving, publishing) = (await place.Connect(), await place.Connect());
        var receiver = await receiving.CreateChannelAsync(new(publisherConfirmationsEnabled: false, publisherConfirmationTrackingEnabled: false, consumerDispatchConcurrency: (ushort)concurrency));
        await receiver.ExchangeDeclareAsync(Ended, "fanout", durable: true);
        await Wire.DeclareQuorumQueue(receiver, queue, Checked, Approved);
        var floor = new FlowFloor(place, queue, source, receiving, publishing, receiver, await Wire.Publisher(publishing));
        for (var i = 0; i < concurrency; i++)
        {
            floor._sessions.Add(await FloorSession.Open(source));
        }

        var consumer = new AsyncEventingBasicConsumer(receiver);
        consumer.ReceivedAsync += (_, delivered) => floor.Consume(delivered);
        await receiver.BasicQosAsync(0, (ushort)(concurrency * 2), global: false);
        await receiver.BasicConsumeAsync(queue, autoAck: false, consumer);
        return floor;
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _confirmed.Writer.Complete();
        await _deleting;
        await _publisher.DisposeAsync();
        await _receiving.DisposeAsync();
        await _publishing.DisposeAsync();
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }

        await _source.DisposeAsync();
    }

    private Task Consume(BasicDeliverEventArgs delivered)
    {
        switch (delivered.Exchange)
        {
            case Checked:
                var step2 = Wire.Read<FlowChecked>(delivered.Body.Span);
                return Step(delivered.DeliveryTag, step2.MessageId, step2.Message.FlowId, step2.Message.Data, "Approving", Approved, flow => new FlowApproved(flow.CorrelationId, flow.Version, flow.Data!));
            case Approved:
                var step3 = Wire.Read<FlowApproved>(delivered.Body.Span);
                return Step(delivered.DeliveryTag, step3.MessageId, step3.Message.FlowId, step3.Message.Data, "Ended", Ended, flow => new FlowEnded(flow.CorrelationId, flow.Version, flow.Data!));
            default:
                var step1 = Wire.Read<BeginFlow>(delivered.Body.Span);
                return Step(delivered.DeliveryTag, step1.MessageId, step1.Message.FlowId, step1.Message.Data, "Checking", Checked, flow => new FlowChecked(flow.CorrelationId, flow.Version, flow.Data!));
        }
    }

    private async Task Step<TNext>(ulong tag, Guid messageId, Guid flowId, FlowData data, string state, string exchange, Func<FlowInstance, TNext> next)
        where TNext : class
    {
        if (!_sessions.TryTake(out var session))
        {
            throw new InvalidOperationException("There is a session for each message that is handled at a time.");
        }

        try
        {
            var loaded = await session.Load(flowId);
            var flow = loaded ?? new() { CorrelationId = flowId };
            flow.Version++;
            flow.CurrentState = state;
            flow.Data = data;
            var nextId = NewId.NextGuid();
            var body = Wire.Envelope(next(flow), nextId);
            var row = await session.Save(loaded is null, flow, messageId, _queue, nextId, exchange, body);
            _ = Publish(row, exchange, nextId, body);
        }
        catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "inbox" })
        {
            await session.Rollback();
        }
        finally
        {
            _sessions.Add(session);
        }

        await _receiver.BasicAckAsync(tag, multiple: false);
    }

    private async Task Publish(long row, string exchange, Guid id, ReadOnlyMemory<byte> body)
    {
        await _publisher.Publish(exchange, "", id, body, _place.User);
        _confirmed.Writer.TryWrite(row);
    }

    private async Task Delete()
    {
        await using var connection = await _source.OpenConnectionAsync();

        // A lost deletion sends a message a second time, which the inbox sees: no need to wait for the disk. The plan is made
        // while the table is empty, when a scan of the whole looks cheapest, and is kept when it is not.
        await using (var settings = new NpgsqlCommand("SET synchronous_commit = off; SET enable_seqscan = off", connection))
        {
            await settings.ExecuteNonQueryAsync();
        }

        await using var command = new NpgsqlCommand("DELETE FROM messaging.outbox WHERE id = ANY($1)", connection);
        var ids = new NpgsqlParameter<long[]> { TypedValue = [] };
        command.Parameters.Add(ids);
        await command.PrepareAsync();
        var rows = new List<long>();
        while (await _confirmed.Reader.WaitToReadAsync())
        {
            while (_confirmed.Reader.TryRead(out var row))
            {
                rows.Add(row);
            }

            ids.TypedValue = [.. rows];
            await command.ExecuteNonQueryAsync();
            rows.Clear();
        }
    }
}
