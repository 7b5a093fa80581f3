using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sovereignty.Messaging.Diagnostics;
using Sovereignty.Messaging.Inbox;

namespace Sovereignty.Messaging.Batches;

/// <summary>Lets each message wait for the group it is committed with, so that each is acknowledged, or fails, by itself.</summary>
internal sealed class BatchConsumer<TConsumer, T> : IConsumer<T>, IAsyncDisposable
    where TConsumer : class, IBatchConsumer<T>
    where T : class
{
    private readonly GroupCommit<ConsumeContext<T>> _groups;
    private readonly IServiceScopeFactory _scopes;
    private readonly MessagingMetrics _metrics;
    private readonly string _endpoint;

    public BatchConsumer(string endpoint, BatchOptions options, IServiceScopeFactory scopes, MessagingMetrics metrics, TimeProvider time, ILogger logger)
    {
        _endpoint = endpoint;
        _scopes = scopes;
        _metrics = metrics;
        _groups = new(options.MaxBatch, options.Workers, Commit, time, logger);
    }

    public Task Consume(ConsumeContext<T> context)
    {
        context.GetOrAddPayload(() => new MessageTrace(Activity.Current?.Id));
        return _groups.Add(context, context.CancellationToken);
    }

    public ValueTask DisposeAsync() => _groups.DisposeAsync();

    private async Task Commit(IReadOnlyList<ConsumeContext<T>> batch, CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        var consumer = ActivatorUtilities.GetServiceOrCreateInstance<TConsumer>(scope.ServiceProvider);

        await unit.BeginForConsumer(cancellationToken);
        var ids = batch.Select(Id).Distinct().ToArray();
        var fresh = await InboxTable.Receive(unit.Connection, _endpoint, ids, cancellationToken);
        _metrics.Duplicate(_endpoint, batch.Count - fresh.Count);

        // Remove answers true once for each id, so the second of two with one id is dropped here too.
        var messages = batch.Where(message => fresh.Remove(Id(message))).ToList();
        if (messages.Count == 0)
        {
            return;
        }

        await consumer.Consume(messages, unit, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    private static Guid Id(ConsumeContext<T> message) =>
        message.MessageId ?? throw new MessageException(typeof(T), "The message has no id, so a duplicate could not be told.");
}
