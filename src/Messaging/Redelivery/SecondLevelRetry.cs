using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Sovereignty.Messaging.Redelivery;

/// <summary>
/// A message that keeps failing comes back after a while, through the outbox, and goes to the error queue only when that did
/// not help either. Outermost of the filters, so that what failed has been rolled back.
/// </summary>
internal sealed class SecondLevelRetry : ScheduledRedeliveryConfigurationObserver
{
    private readonly IServiceScopeFactory _scopes;

    private SecondLevelRetry(IConsumePipeConfigurator endpoint, TimeSpan[] delays, IServiceScopeFactory scopes)
        : base(endpoint, redelivery =>
        {
            redelivery.Intervals(delays);

            // Waiting mends no message that says too little, comes from the wrong user, or is for a saga that is not there.
            redelivery.Ignore<MessageException>();
            redelivery.Ignore<UnauthorizedAccessException>();
            redelivery.Ignore<SagaException>();
        }) =>
        _scopes = scopes;

    public static void Apply(IConsumePipeConfigurator endpoint, IReadOnlyList<TimeSpan> delays, IServiceScopeFactory scopes)
    {
        if (delays.Count > 0)
        {
            _ = new SecondLevelRetry(endpoint, [.. delays], scopes);
        }
    }

    protected override IRedeliveryPipeSpecification AddRedeliveryPipeSpecification<TMessage>(IConsumePipeConfigurator configurator)
    {
        var specification = new Specification<TMessage>(_scopes);
        configurator.AddPipeSpecification(specification);
        return specification;
    }

    private sealed class Specification<T>(IServiceScopeFactory scopes) : IPipeSpecification<ConsumeContext<T>>, IRedeliveryPipeSpecification
        where T : class
    {
        public RedeliveryOptions Options { get; set; }

        public void Apply(IPipeBuilder<ConsumeContext<T>> builder) => builder.AddFilter(new Filter<T>(scopes));

        public IEnumerable<ValidationResult> Validate() => [];
    }

    private sealed class Filter<T>(IServiceScopeFactory scopes) : IFilter<ConsumeContext<T>>
        where T : class
    {
        public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
        {
            context.GetOrAddPayload<MessageRedeliveryContext>(() => new DelayedCopy(context, scopes));
            return next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("outboxRedelivery");
    }
}
