using System.Globalization;
using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using RabbitMQ.Client;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.Messaging;

/// <summary>
/// Messages on their way to an error queue leave under this service's own broker user: the broker refuses a publish that
/// still names the user who published it first. That user stays readable in the header <c>sov-user-id</c>, which is empty for
/// one who did not say, so that nobody can write it for us.
/// </summary>
internal static class MovedMessages
{
    public static void Configure(IReceiveEndpointConfigurator endpoint, BrokerIdentity own, TimeProvider time)
    {
        endpoint.ConfigureError(error =>
        {
            error.UseFilter(new GenerateFaultFilter());
            error.UseFilter(new OnwardFilter<ExceptionReceiveContext>(context => new FailedMessage(context, own, time)));
            error.UseFilter(new ErrorTransportFilter());
        });
        endpoint.ConfigureDeadLetter(dead =>
        {
            dead.UseFilter(new OnwardFilter<ReceiveContext>(context => new SkippedMessage(context, own, time)));
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

        public SkippedMessage(ReceiveContext context, BrokerIdentity own, TimeProvider time)
            : base(context) =>
            _received = context.TryGetPayload(out RabbitMqBasicConsumeContext? received) ? new UnderOwnUser(received, own, time.GetUtcNow()) : null;

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

    private sealed class FailedMessage(ExceptionReceiveContext failed, BrokerIdentity own, TimeProvider time) : SkippedMessage(failed, own, time), ExceptionReceiveContext
    {
        public Exception Exception { get; } = failed.Exception;

        public DateTime ExceptionTimestamp { get; } = failed.ExceptionTimestamp;

        public ExceptionInfo ExceptionInfo { get; } = failed.ExceptionInfo;

        public SendHeaders ExceptionHeaders { get; } = failed.ExceptionHeaders;
    }

    private sealed class UnderOwnUser(RabbitMqBasicConsumeContext received, BrokerIdentity own, DateTimeOffset now) : RabbitMqBasicConsumeContext
    {
        public string Exchange => received.Exchange;

        public string ConsumerTag => received.ConsumerTag;

        public ulong DeliveryTag => received.DeliveryTag;

        public string? RoutingKey => received.RoutingKey;

        public IReadOnlyBasicProperties Properties { get; } = Take(received.Properties, own, now);

        private static BasicProperties Take(IReadOnlyBasicProperties received, BrokerIdentity own, DateTimeOffset now) => new(received)
        {
            UserId = own.User,
            Headers = new Dictionary<string, object?>(received.Headers ?? new Dictionary<string, object?>())
            {
                [MessageHeaderNames.SourceUser] = own.SourceOf(received) ?? "",
                [MessageHeaderNames.MovedAt] = now.ToString("O", CultureInfo.InvariantCulture),
            },
        };
    }
}
