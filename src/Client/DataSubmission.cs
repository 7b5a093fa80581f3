using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;

namespace Sovereignty.Client;

/// <summary>
/// Asks on the broker where data may be stored, and hears the answer in a queue of this process alone, which ends with it. The
/// queue need not outlast the process: the same data asked about again gets its first decision again, under a new message id.
/// </summary>
internal sealed class DataSubmission(IOptions<SovereigntyOptions> options, TimeProvider time) : IAsyncDisposable
{
    private const string Requests = "sovereignty.data-created";
    private const string Decisions = "sovereignty.decisions";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly SovereigntyOptions _options = options.Value;
    private readonly ConcurrentDictionary<string, Question> _awaited = new();
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private Link? _link;

    public async Task<Decision> Submit(DataPlacement data, CancellationToken cancellationToken)
    {
        if (_options.Broker is null)
        {
            throw new InvalidOperationException($"Set {nameof(SovereigntyOptions)}.{nameof(SovereigntyOptions.Broker)} to submit data.");
        }

        using var patience = new CancellationTokenSource(_options.DecisionTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            // A decision names the data and its content, not the question: of two questions about the same data the second waits its turn.
            var question = new Question(data.Hash(_options.TenantId));
            while (_awaited.GetOrAdd(data.DataId, question) is var first && first != question)
            {
                await first.Over.Task.WaitAsync(limit.Token);
            }

            try
            {
                return await Ask(data, question.Decision.Task, limit.Token);
            }
            finally
            {
                _awaited.TryRemove(new(data.DataId, question));
                question.Over.SetResult();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SovereigntyException(SovereigntyException.Unavailable, "No decision came in time. Do not store the data; submit it again, with the same id and content.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_link is { } link)
        {
            await link.DisposeAsync();
        }

        _connecting.Dispose();
    }

    internal void Hear(ReadOnlyMemory<byte> body)
    {
        Decision? decision;
        try
        {
            decision = JsonSerializer.Deserialize<Decision>(body.Span, ContractJson.Options);
        }
        catch (JsonException)
        {
            // Perhaps of a newer version; whoever waits for it gives up in time.
            return;
        }

        // One about other content of the same id answers an earlier question. An input that could not be read has no hash.
        if (decision is not null && decision.TenantId == _options.TenantId && _awaited.TryGetValue(decision.DataId, out var waiting)
            && (decision.InputHash is null || decision.InputHash == waiting.InputHash))
        {
            waiting.Decision.TrySetResult(decision);
        }
    }

    private async Task<Decision> Ask(DataPlacement data, Task<Decision> decision, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Body(data), ContractJson.Options);
        for (var wait = _options.AskAgainAfter; !decision.IsCompleted; wait = _options.AskAgainAfter)
        {
            try
            {
                await Publish(body, cancellationToken);
            }
            catch (Exception exception) when (IsBrokerTrouble(exception) && !cancellationToken.IsCancellationRequested)
            {
                wait = Pause;
            }

            // Over with an answer, or when it is time to ask again.
            await Task.WhenAny(decision, Task.Delay(wait, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        return await decision;
    }

    private static bool IsBrokerTrouble(Exception exception) =>
        exception is OperationInterruptedException or BrokerUnreachableException or PublishException or IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    private object Body(DataPlacement data) => new
    {
        _options.TenantId,
        data.DataId,
        data.DataType,
        data.Classification,
        data.OriginCountry,
        data.PrimaryRegion,
        data.ReplicaRegions,
        data.BackupRegions,
        data.MinimumEpoch,
    };

    private async Task Publish(byte[] body, CancellationToken cancellationToken)
    {
        // A confirm may never come: no publish without a limit.
        using var patience = new CancellationTokenSource(_options.BrokerTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var link = await Connect(limit.Token);
        try
        {
            await link.Channel.BasicPublishAsync(
                Requests,
                "",
                mandatory: false,
                new BasicProperties { MessageId = Guid.NewGuid().ToString(), ContentType = "application/json", UserId = link.User, DeliveryMode = DeliveryModes.Persistent },
                body,
                limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await Drop(link);
            throw;
        }
    }

    private async Task<Link> Connect(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken);
        try
        {
            if (_link is { IsOpen: true } open)
            {
                return open;
            }

            if (_link is { } old)
            {
                await old.DisposeAsync();
            }

            return _link = await Link.Open(_options, Hear, cancellationToken);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task Drop(Link link)
    {
        await _connecting.WaitAsync(CancellationToken.None);
        try
        {
            if (ReferenceEquals(_link, link))
            {
                _link = null;
                await link.DisposeAsync();
            }
        }
        finally
        {
            _connecting.Release();
        }
    }

    private sealed class Question(string inputHash)
    {
        public string InputHash => inputHash;

        public TaskCompletionSource<Decision> Decision { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>A connection with its channel and queue; a broken one is replaced, not mended.</summary>
    private sealed class Link(IConnection connection, IChannel channel, string user) : IAsyncDisposable
    {
        private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1);

        public IChannel Channel => channel;

        public string User => user;

        public bool IsOpen => channel.IsOpen && connection.IsOpen;

        public static async Task<Link> Open(SovereigntyOptions options, Action<ReadOnlyMemory<byte>> hear, CancellationToken cancellationToken)
        {
            var factory = new ConnectionFactory
            {
                Uri = options.Broker!,
                ClientProvidedName = options.Name,
                AutomaticRecoveryEnabled = false,
                RequestedConnectionTimeout = options.BrokerTimeout,
                ContinuationTimeout = options.BrokerTimeout,
            };
            var connection = await factory.CreateConnectionAsync(cancellationToken);
            try
            {
                var channel = await connection.CreateChannelAsync(
                    new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
                var queue = $"platform.{options.Name}.decisions.{Guid.NewGuid():N}";
                await channel.QueueDeclareAsync(queue, durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
                await channel.QueueBindAsync(queue, Decisions, options.TenantId, cancellationToken: cancellationToken);
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += (_, delivery) =>
                {
                    hear(delivery.Body);
                    return Task.CompletedTask;
                };
                await channel.BasicConsumeAsync(queue, autoAck: true, consumer, cancellationToken);
                return new(connection, channel, factory.UserName);
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                await connection.CloseAsync(Goodbye);
            }
            catch (Exception exception) when (exception is OperationInterruptedException or IOException or ObjectDisposedException or OperationCanceledException)
            {
                // It was broken already.
            }

            await connection.DisposeAsync();
        }
    }
}
