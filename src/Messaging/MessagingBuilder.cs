using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Sovereignty.Contracts.Operations;
using Sovereignty.Messaging.Batches;
using Sovereignty.Messaging.Deployment;
using Sovereignty.Messaging.Diagnostics;
using Sovereignty.Messaging.Inbox;
using Sovereignty.Messaging.Raw;

namespace Sovereignty.Messaging;

/// <summary>What a service listens to and what it publishes, one line each.</summary>
public sealed class MessagingBuilder
{
    private readonly IBusRegistrationConfigurator _registration;
    private readonly string _service;
    private readonly BrokerIdentity _own;
    private readonly List<Endpoint> _endpoints = [];
    private readonly List<Action<IRabbitMqBusFactoryConfigurator>> _publishes = [];
    private readonly List<Type> _published = [];
    private readonly List<SentCommand> _sent = [];
    private readonly List<PlainExchange> _exchanges = [];
    private readonly HashSet<Type> _consumed = [];

    internal MessagingBuilder(IBusRegistrationConfigurator registration, string service, BrokerIdentity own, IConfiguration configuration)
    {
        _registration = registration;
        _service = service;
        _own = own;
        Configuration = configuration;
        ReplicationFactor = configuration.GetValue("Messaging:ReplicationFactor", 1);
        DeliveryLimit = configuration.GetValue("Messaging:DeliveryLimit", 20);
    }

    /// <summary>The service's configuration.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>What was registered so far, as a description.</summary>
    public ServiceTopology Topology => new(_service, [.. _published], [.. _sent], [.. _exchanges], [.. _endpoints.SelectMany(endpoint => endpoint.Hears)]);

    /// <summary>How many nodes hold each queue: 1 for one broker, 3 in production. <c>Messaging:ReplicationFactor</c>.</summary>
    public int ReplicationFactor { get; set; }

    /// <summary>How often the broker delivers a message to a service that dies of it, before it keeps it in <c>QUEUE_dead</c>. <c>Messaging:DeliveryLimit</c>, 20 if not set.</summary>
    public int DeliveryLimit { get; set; }

    /// <summary>When a message that keeps failing is delivered again, before it goes to the error queue; empty for never.</summary>
    public IReadOnlyList<TimeSpan> RedeliverAfter { get; set; } = [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10)];

    /// <summary>Declares that the service emits <typeparamref name="T"/>: its exchange stands before the first publish.</summary>
    /// <typeparam name="T">The contract.</typeparam>
    public void Publishes<T>()
        where T : class
    {
        _published.Add(typeof(T));
        _publishes.Add(bus => bus.Publish<T>());
    }

    /// <summary>Says that the service sends <typeparamref name="T"/> to the queue of another service, who declares it.</summary>
    /// <param name="queue">The queue.</param>
    /// <typeparam name="T">The contract.</typeparam>
    public void Sends<T>(string queue)
        where T : class =>
        _sent.Add(new(typeof(T), queue));

    /// <summary>Declares an exchange for receivers that know nothing of MassTransit; see <see cref="UnitOfWork.SendRaw"/>.</summary>
    /// <param name="exchange">The exchange's name.</param>
    /// <param name="type">The kind of exchange, for example <c>topic</c>.</param>
    public void DeclaresExchange(string exchange, string type) => _exchanges.Add(new(exchange, type));

    /// <summary>Consumes one message at a time, each in its own transaction, in the order of arrival as far as retries let it.</summary>
    /// <param name="queue">The queue; consumers of several types may share it.</param>
    /// <param name="concurrency">How many messages at a time.</param>
    /// <param name="onlyFrom">The one broker user whose messages count; those of others go to the error queue. Null for all.</param>
    /// <typeparam name="TConsumer">The consumer.</typeparam>
    public void AddConsumer<TConsumer>(string queue, int concurrency = 8, string? onlyFrom = null)
        where TConsumer : class, IConsumer
    {
        _registration.AddConsumer<TConsumer>();
        var types = ArgumentsOf(typeof(IConsumer<>), typeof(TConsumer).GetInterfaces());
        _consumed.UnionWith(types);
        _endpoints.Add(new(queue, concurrency, Inbox: typeof(InboxFilter<>), [Hearing.Of(queue, types, onlyFrom)], (endpoint, context) =>
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
        _consumed.Add(typeof(T));
        _endpoints.Add(new(queue, options.MaxBatch * options.Workers, Inbox: null, [Hearing.Of(queue, [typeof(T)], onlyFrom: null)], (endpoint, context) =>
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
        _endpoints.Add(new(queue, options.MaxBatch * 2, Inbox: null, [new(queue, [], options.Exchanges, OnlyFrom: null)], (endpoint, context) =>
        {
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
        _consumed.UnionWith(ArgumentsOf(typeof(Event<>), typeof(TMachine).GetProperties().Select(property => property.PropertyType)));
        _registration.AddSingleton(new SagaTable<TInstance>(table));
        Sagas.SagaRegistration.Register<TMachine, TInstance>(_registration);
        _endpoints.Add(new(queue, options.Concurrency, Inbox: typeof(SagaInboxFilter<>), [.. options.Hearings(queue), new(queue, [], [], _own.User)], (endpoint, context) =>
        {
            endpoint.UseFilter(new SagaPublisherFilter(_own, options.TypesByUser));
            endpoint.ConfigureSaga<TInstance>(context);
        }));
    }

    /// <summary>Configures an endpoint by hand, for what the above do not cover.</summary>
    /// <param name="queue">The queue, with the platform's queue settings.</param>
    /// <param name="concurrency">How many messages at a time.</param>
    /// <param name="configure">Configures the endpoint.</param>
    /// <param name="exchanges">The durable fanout exchanges that feed it. Null leaves it to MassTransit to bind what its consumers take; that is not deployed apart.</param>
    /// <param name="deliveryLimit">How often a message is delivered to a service that dies of it, before it goes to the dead-letter queue; null for <see cref="DeliveryLimit"/>.</param>
    public void AddEndpoint(
        string queue,
        int concurrency,
        Action<IRabbitMqReceiveEndpointConfigurator, IBusRegistrationContext> configure,
        IReadOnlyList<string>? exchanges = null,
        int? deliveryLimit = null) =>
        _endpoints.Add(new(queue, concurrency, Inbox: null, [new(queue, [], exchanges ?? [], OnlyFrom: null)], configure)
        {
            DeliveryLimit = deliveryLimit,
            IsBoundByMassTransit = exchanges is null,
        });

    /// <summary>Registers for nothing but the description.</summary>
    internal static MessagingBuilder Describe(string service, IConfiguration configuration, Action<MessagingBuilder> configure)
    {
        MessagingBuilder? messaging = null;
        new ServiceCollection().AddMassTransit(registration =>
        {
            messaging = new(registration, service, new(service), configuration);
            messaging.Apply(configure);
        });
        return messaging!;
    }

    /// <summary>What the service registers, and what every service publishes: what people did with messages that failed.</summary>
    internal void Apply(Action<MessagingBuilder> configure)
    {
        configure(this);
        Publishes<MessageInspected>();
        Publishes<MessageRedriven>();
        Publishes<MessageDiscarded>();
    }

    internal IReadOnlyList<string> Queues => [.. _endpoints.Select(endpoint => endpoint.Queue).Distinct()];

    internal IEnumerable<string> ExchangesOf(string queue) =>
        _endpoints.Where(endpoint => endpoint.Queue == queue).SelectMany(endpoint => endpoint.Hears).SelectMany(hearing => hearing.Exchanges).Distinct();

    internal int DeliveryLimitOf(string queue) => _endpoints.Where(endpoint => endpoint.Queue == queue).Max(endpoint => endpoint.DeliveryLimit) ?? DeliveryLimit;

    /// <summary>Whether <see cref="TopologyDeployment"/> declared everything.</summary>
    internal bool IsDeployed => DeployedTopology.IsIn(Configuration);

    /// <summary>What the service publishes, and the faults that MassTransit publishes of what it consumes.</summary>
    internal void ConfigurePublishes(IRabbitMqBusFactoryConfigurator bus)
    {
        foreach (var publish in _publishes)
        {
            publish(bus);
        }

        bus.Publish<ReceiveFault>();
        foreach (var consumed in _consumed)
        {
            bus.PublishTopology.GetMessageTopology(typeof(Fault<>).MakeGenericType(consumed));
        }
    }

    internal void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        if (IsDeployed)
        {
            DeployedTopology.Expect(bus);
        }

        bus.DeployPublishTopology = !IsDeployed;
        ConfigurePublishes(bus);
        QueueConventions.KeepInErrorQueues(bus);
        foreach (var group in _endpoints.GroupBy(endpoint => endpoint.Queue))
        {
            bus.ReceiveEndpoint(group.Key, endpoint =>
            {
                var concurrency = group.Max(part => part.Concurrency);
                endpoint.PrefetchCount = (ushort)Math.Min(concurrency * 2, ushort.MaxValue);
                endpoint.ConcurrentMessageLimit = concurrency;
                QueueConventions.Apply(endpoint, group.Key, ReplicationFactor, DeliveryLimitOf(group.Key));
                MovedMessages.Configure(endpoint, _own, context.GetRequiredService<TimeProvider>());
                if (group.Select(part => part.Inbox).OfType<Type>().Distinct().SingleOrDefault() is { } inbox)
                {
                    QueueConventions.Retry(endpoint, RedeliverAfter, context.GetRequiredService<IServiceScopeFactory>());
                    endpoint.UseConsumeFilter(inbox, context);
                }

                if (IsDeployed)
                {
                    DeployedTopology.Expect(endpoint);
                }

                endpoint.ConfigureConsumeTopology = group.Any(part => part.IsBoundByMassTransit);
                foreach (var exchange in ExchangesOf(group.Key))
                {
                    endpoint.Bind(exchange, binding => binding.ExchangeType = ExchangeType.Fanout);
                }

                foreach (var part in group)
                {
                    part.Configure(endpoint, context);
                }
            });
        }
    }

    private static Type[] ArgumentsOf(Type generic, IEnumerable<Type> types) =>
        [.. types.Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == generic).Select(type => type.GenericTypeArguments[0])];

    private sealed record Endpoint(
        string Queue, int Concurrency, Type? Inbox, IReadOnlyList<Hearing> Hears, Action<IRabbitMqReceiveEndpointConfigurator, IBusRegistrationContext> Configure)
    {
        public int? DeliveryLimit { get; init; }

        public bool IsBoundByMassTransit { get; init; }
    }
}
