using MassTransit;
using Npgsql;
using Sovereignty.Messaging.Diagnostics;

namespace Sovereignty.Messaging.Inbox;

/// <summary>One transaction per message: inbox, what the consumer writes, what it publishes.</summary>
internal sealed class InboxFilter<T>(UnitOfWork unit, MessagingMetrics metrics) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var endpoint = context.ReceiveContext.EndpointName();
        var messageId = context.MessageId ?? throw new MessageException(typeof(T), "The message has no id, so a duplicate could not be told.");

        await unit.BeginForConsumer(context.CancellationToken);
        var received = await InboxTable.Receive(unit.Connection, endpoint, [messageId], context.CancellationToken);
        if (received.Count == 0)
        {
            metrics.Duplicate(endpoint, 1);

            // A message that nobody consumed would go to the skipped queue.
            await context.NotifyConsumed(TimeSpan.Zero, "inbox");
            return;
        }

        await next.Send(new UnitOfWorkConsumeContext<T>(context, unit));
        await unit.Commit(context.CancellationToken);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("inbox");
}

/// <summary>
/// The same for sagas, which do nothing outside the transaction: the id is recorded with the commit, so that a message takes two
/// round trips, one to lock and load, one to write and commit. A duplicate is found out at its commit and rolled back whole.
/// </summary>
internal sealed class SagaInboxFilter<T>(UnitOfWork unit, MessagingMetrics metrics) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var endpoint = context.ReceiveContext.EndpointName();
        var messageId = context.MessageId ?? throw new MessageException(typeof(T), "The message has no id, so a duplicate could not be told.");

        await unit.BeginForConsumer(context.CancellationToken);
        unit.Defer(InboxTable.Insert(endpoint, messageId));
        try
        {
            await next.Send(new UnitOfWorkConsumeContext<T>(context, unit));
            await unit.Commit(context.CancellationToken);
        }
        catch (PostgresException exception) when (InboxTable.IsDuplicate(exception))
        {
            metrics.Duplicate(endpoint, 1);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("inbox");
}
