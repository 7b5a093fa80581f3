using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using RabbitMQ.Client;

namespace Sovereignty.Messaging;

/// <summary>
/// Messages on their way to an error queue leave under this service's own broker user: the broker refuses a publish that
/// still names the user who published it first. That user stays readable in the header <c>sov-user-id</c>.
/// </summary>
internal static class MovedMessages
{
    public const string OriginalUserHeader = "sov-user-id";

    public static void Configure(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureError(error =>
        {
            error.UseFilter(new GenerateFaultFilter());
            error.UseFilter(new OnwardFilter<ExceptionReceiveContext>(context => new FailedMessage(context)));
            error.UseFilter(new ErrorTransportFilter());
        });
        endpoint.ConfigureDeadLetter(dead =>
        {
            dead.UseFilter(new OnwardFilter<ReceiveContext>(context => new SkippedMessage(context)));
            dead.UseFilter(new DeadLetterTransportFilter());
        });
    }

    private sealed class OnwardFilter<T>(Func<T, T> wrap) : IFilter<T>
        where T : class, PipeContext
    {
        public Task Send(T context, IPipe<T> next) => next.Send(wrap(context));

        public void Probe(ProbeContext context) => context.CreateFilterScope("ownUser");
    }

    private class SkippedMessage : ReceiveContextProxy
    {
        private readonly RabbitMqBasicConsumeContext? _received;

        public SkippedMessage(ReceiveContext context)
            : base(context) =>
            _received = context.TryGetPayload(out RabbitMqBasicConsumeContext? received) ? new WithoutUser(received) : null;

        public override bool TryGetPayload<T>(out T payload)
        {
            if (_received is T received)
            {
                payload = received;
                return true;
            }

            return base.TryGetPayload(out payload);
        }
    }

    private sealed class FailedMessage(ExceptionReceiveContext failed) : SkippedMessage(failed), ExceptionReceiveContext
    {
        public Exception Exception { get; } = failed.Exception;

        public DateTime ExceptionTimestamp { get; } = failed.ExceptionTimestamp;

        public ExceptionInfo ExceptionInfo { get; } = failed.ExceptionInfo;

        public SendHeaders ExceptionHeaders { get; } = failed.ExceptionHeaders;
    }

    private sealed class WithoutUser(RabbitMqBasicConsumeContext received) : RabbitMqBasicConsumeContext
    {
        public string Exchange => received.Exchange;

        public string ConsumerTag => received.ConsumerTag;

        public ulong DeliveryTag => received.DeliveryTag;

        public string? RoutingKey => received.RoutingKey;

        public IReadOnlyBasicProperties Properties { get; } = Clear(received.Properties);

        private static BasicProperties Clear(IReadOnlyBasicProperties received)
        {
            var properties = new BasicProperties(received);
            if (properties.UserId is { } user)
            {
                properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>()) { [OriginalUserHeader] = user };
                properties.ClearUserId();
            }

            return properties;
        }
    }
}
