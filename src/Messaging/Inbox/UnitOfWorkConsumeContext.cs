using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.Messaging.Inbox;

/// <summary>A consume context whose publishes and sends go into the unit of work.</summary>
internal sealed class UnitOfWorkConsumeContext<T> : ConsumeContextProxy<T>, OutboxSendContext
    where T : class
{
    private readonly UnitOfWork _unit;

    public UnitOfWorkConsumeContext(ConsumeContext<T> context, UnitOfWork unit)
        : base(context)
    {
        _unit = unit;
        var receive = new OutboxReceiveContext(this, context.ReceiveContext);
        ReceiveContext = receive;
        PublishEndpointProvider = receive.PublishEndpointProvider;
    }

    public Task AddSend<TMessage>(SendContext<TMessage> context)
        where TMessage : class
    {
        _unit.Add(OutboxMessageFactory.Captured(context));
        return Task.CompletedTask;
    }

    public object? GetService(Type serviceType) =>
        TryGetPayload(out IServiceProvider provider) ? provider.GetService(serviceType) : null;
}
