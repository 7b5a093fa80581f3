using MassTransit;

namespace Sovereignty.Messaging.Inbox;

/// <summary>
/// Takes messages of one broker user alone. Rights on exchanges do not stop a forged type inside an envelope; the
/// <c>user_id</c> property does, because the broker checks it against the connection.
/// </summary>
internal sealed class PublisherFilter(string user) : IFilter<ConsumeContext>
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        var publisher = context.TryGetPayload(out RabbitMqBasicConsumeContext? received) ? received.Properties.UserId : null;
        return publisher == user
            ? next.Send(context)
            : throw new UnauthorizedAccessException($"Messages on {context.ReceiveContext.EndpointName()} come from {user}, not from {publisher ?? "an unnamed user"}.");
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("publisher");
}
