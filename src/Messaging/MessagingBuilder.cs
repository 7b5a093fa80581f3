using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sovereignty.Messaging.Batches;
using Sovereignty.Messaging.Diagnostics;
using Sovereignty.Messaging.Inbox;
using Sovereignty.Messaging.Raw;

namespace Sovereignty.Messaging;

/// <summary>What a service listens to and what it publishes, one line each.</summary>
public sealed class MessagingBuilder
{
    private readonly IBusRegistrationConfigurator _registration;
    private readonly BrokerIdentity _own;
    private readonly List<Endpoint> _endpoints = [];
    private readonly List<Action<IRabbitMqBusFactoryConfigurator>> _publishes = [];

    internal MessagingBuilder(IBusRegistrationConfigurator registration, BrokerIdentity own)
    {
        _registration = registration;
        _own = own;
    }

    /// <summary>How many nodes hold each queue: 1 for one broker, 3 in production.</summary>
    public int ReplicationFactor { get; set; } = 1;

    /// <summary>When a message that keeps failing is delivered again, before it goes to the error queue; empty for never.</summary>
    public IReadOnlyList<TimeSpan> RedeliverAfter { get; set; } = [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10)];

    /// <summary>Declares that the service emits <typeparamref name="T"/>: its exchange stands before the first publish.</summary>
    /// <typeparam name="T">The contract.</typeparam>
    public void Publishes<T>()
        where T : class =>
        _publishes.Add(bus => bus.Publish<T>());

    /// <summary>Consumes one message at a time, each in its own transaction, in the order of arrival as far as retries let it.</summary>
    /// <param name="queue">The queue; consumers of several types may share it.</param>
    /// <param name="concurrency">How many messages at a time.</param>
    /// <param name="onlyFrom">The one broker user whose messages count; those of others go to the error queue. Null for all.</param>
    /// <typeparam name="TConsumer">The consumer.</typeparam>
    public void AddConsumer<TConsumer>(string queue, int concurrency = 8, string? onlyFrom = null)
        where TConsumer : class, IConsumer
    {
        _registration.AddConsumer<TConsumer>();
        _endpoints.Add(new(queue, concurrency, Inbox: typeof(InboxFilter<>), (endpoint, context) =>
        {
            if (onlyFrom is not null)
            {
                endpoint.UseFilter(new PublisherFilter(onlyFrom, _own));
            }

            endpoint.ConfigureConsumer<TConsumer>(context);
        }));
    }

    /// <summary>Consumes many messages in one transaction.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="configure">Size and number of batches.</param>
    /// <typeparam name="TConsumer">The consumer.</typeparam>
    /// <typeparam name="T">The contract.</typeparam>
    public void AddBatchConsumer<TConsumer, T>(string queue, Action<BatchOptions>? configure = null)
        where TConsumer : class, IBatchConsumer<T>
        where T : class
    {
        var options = new BatchOptions();
        configure?.Invoke(options);
        _endpoints.Add(new(queue, options.MaxBatch * options.Workers, Inbox: null, (endpoint, context) =>
        {
            var consumer = new BatchConsumer<TConsumer, T>(
                queue,
                options,
                context.GetRequiredService<IServiceScopeFactory>(),
                context.GetRequiredService<MessagingMetrics>(),
                context.GetRequiredService<TimeProvider>(),
                context.GetRequiredService<ILogger<TConsumer>>());
            context.GetRequiredService<EndpointResources>().Add(consumer);
            endpoint.Instance(consumer);
        }));
    }

    /// <summary>Consumes bytes from publishers that know nothing of MassTransit.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="configure">Which exchanges feed it.</param>
    /// <typeparam name="TConsumer">The consumer.</typeparam>
    public void AddRawConsumer<TConsumer>(string queue, Action<RawOptions> configure)
        where TConsumer : class, IRawConsumer
    {
        var options = new RawOptions();
        configure(options);
        _endpoints.Add(new(queue, options.MaxBatch * 2, Inbox: null, (endpoint, context) =>
        {
            endpoint.ConfigureConsumeTopology = false;
            foreach (var exchange in options.Exchanges)
            {
                endpoint.Bind(exchange, binding => binding.ExchangeType = "fanout");
            }

            var filter = new RawConsumerFilter<TConsumer>(
                options, _own, context.GetRequiredService<IServiceScopeFactory>(), context.GetRequiredService<TimeProvider>(), context.GetRequiredService<ILogger<TConsumer>>());
            context.GetRequiredService<EndpointResources>().Add(filter);
            endpoint.ConfigureReceive(receive => receive.UseFilter(filter));
        }));
    }

    /// <summary>Runs a saga on one queue, each instance a row of a table of the service, locked from load to commit.</summary>
    /// <param name="queue">The queue. It takes what the service itself sends there, and what <paramref name="configure"/> names.</param>
    /// <param name="table">The table, see <see cref="SagaTable{TSaga}"/>.</param>
    /// <param name="configure">Concurrency, and events of other services.</param>
    /// <typeparam name="TMachine">The state machine.</typeparam>
    /// <typeparam name="TInstance">Its instance.</typeparam>
    public void AddSaga<TMachine, TInstance>(string queue, string table, Action<SagaOptions>? configure = null)
        where TMachine : class, SagaStateMachine<TInstance>
        where TInstance : class, SagaStateMachineInstance
    {
        var options = new SagaOptions();
        configure?.Invoke(options);
        _registration.AddSingleton(new SagaTable<TInstance>(table));
        Sagas.SagaRegistration.Register<TMachine, TInstance>(_registration);
        _endpoints.Add(new(queue, options.Concurrency, Inbox: typeof(SagaInboxFilter<>), (endpoint, context) =>
        {
            options.Bind(endpoint);
            endpoint.UseFilter(new SagaPublisherFilter(_own, options.TypesByUser));
            endpoint.ConfigureSaga<TInstance>(context);
        }));
    }

    /// <summary>Configures an endpoint by hand, for what the above do not cover.</summary>
    /// <param name="queue">The queue, with the platform's queue settings.</param>
    /// <param name="concurrency">How many messages at a time.</param>
    /// <param name="configure">Configures the endpoint.</param>
    public void AddEndpoint(string queue, int concurrency, Action<IRabbitMqReceiveEndpointConfigurator, IBusRegistrationContext> configure) =>
        _endpoints.Add(new(queue, concurrency, Inbox: null, configure));

    internal IReadOnlyList<string> Queues => [.. _endpoints.Select(endpoint => endpoint.Queue).Distinct()];

    internal void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        foreach (var publish in _publishes)
        {
            publish(bus);
        }

        QueueConventions.KeepInErrorQueues(bus);
        foreach (var group in _endpoints.GroupBy(endpoint => endpoint.Queue))
        {
            bus.ReceiveEndpoint(group.Key, endpoint =>
            {
                var concurrency = group.Max(part => part.Concurrency);
                endpoint.PrefetchCount = (ushort)Math.Min(concurrency * 2, ushort.MaxValue);
                endpoint.ConcurrentMessageLimit = concurrency;
                QueueConventions.Apply(endpoint, group.Key, ReplicationFactor);
                MovedMessages.Configure(endpoint, _own, context.GetRequiredService<TimeProvider>());
                if (group.Select(part => part.Inbox).OfType<Type>().Distinct().SingleOrDefault() is { } inbox)
                {
                    QueueConventions.Retry(endpoint, RedeliverAfter, context.GetRequiredService<IServiceScopeFactory>());
                    endpoint.UseConsumeFilter(inbox, context);
                }

                foreach (var part in group)
                {
                    part.Configure(endpoint, context);
                }
            });
        }
    }

    private sealed record Endpoint(string Queue, int Concurrency, Type? Inbox, Action<IRabbitMqReceiveEndpointConfigurator, IBusRegistrationContext> Configure);
}
