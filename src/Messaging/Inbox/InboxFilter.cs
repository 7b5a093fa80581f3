using MassTransit;
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
            return;
        }

        await next.Send(new UnitOfWorkConsumeContext<T>(context, unit));
        await unit.Commit(context.CancellationToken);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("inbox");
}
