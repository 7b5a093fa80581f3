using MassTransit;

namespace Sovereignty.Messaging.Inbox;

/// <summary>
/// Takes messages of one broker user alone. Rights on exchanges do not stop a forged type inside an envelope; the
/// <c>user_id</c> property does, because the broker checks it against the connection.
/// </summary>
internal sealed class PublisherFilter(string user, BrokerIdentity own) : IFilter<ConsumeContext>
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        var publisher = context.TryGetPayload(out RabbitMqBasicConsumeContext? received) ? own.SourceOf(received.Properties) : null;
        return publisher == user
            ? next.Send(context)
            : throw new UnauthorizedAccessException($"Messages on {context.ReceiveContext.EndpointName()} come from {user}, not from {publisher ?? "an unnamed user"}.");
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("publisher");
}

/// <summary>
/// Takes what the service itself sends, and of other broker users only the types each may publish: an envelope that names
/// any further type is refused whole.
/// </summary>
internal sealed class SagaPublisherFilter(BrokerIdentity own, IReadOnlyDictionary<string, HashSet<string>> typesByUser) : IFilter<ConsumeContext>
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        var publisher = context.TryGetPayload(out RabbitMqBasicConsumeContext? received) ? own.SourceOf(received.Properties) : null;
        var isAllowed = publisher == own.User
            || (publisher is not null && typesByUser.TryGetValue(publisher, out var types) && context.SupportedMessageTypes.All(types.Contains));
        return isAllowed
            ? next.Send(context)
            : throw new UnauthorizedAccessException($"{publisher ?? "An unnamed user"} may not send {string.Join(", ", context.SupportedMessageTypes)} to {context.ReceiveContext.EndpointName()}.");
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("publisher");
}
