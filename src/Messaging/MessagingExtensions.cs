using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sovereignty.Contracts;
using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Deadlines;
using Sovereignty.Messaging.Deployment;
using Sovereignty.Messaging.Diagnostics;
using Sovereignty.Messaging.ErrorQueues;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.Messaging;

/// <summary>Adds messaging to a service.</summary>
public static class MessagingExtensions
{
    /// <summary>The name of the meter of this library.</summary>
    public const string MeterName = MessagingMetrics.Name;

    /// <summary>
    /// MassTransit on RabbitMQ (<c>ConnectionStrings:rabbit</c>, an AMQP URI) with inbox, outbox, sagas and deadlines in the
    /// service's PostgreSQL database (<c>ConnectionStrings:database</c>).
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="service">The service's name, for example <c>policy-service</c>.</param>
    /// <param name="configure">What it listens to and what it publishes.</param>
    /// <exception cref="InvalidOperationException">A connection string is not set.</exception>
    public static void AddMessaging(this IHostApplicationBuilder builder, string service, Action<MessagingBuilder> configure)
    {
        var broker = new Uri(Required(builder.Configuration, "rabbit"));
        var own = new BrokerIdentity(Uri.UnescapeDataString(broker.UserInfo.Split(':')[0]));
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        var database = Required(builder.Configuration, "database");
        services.AddSingleton(_ => new ServiceDatabase(database));
        services.AddSingleton(own);
        services.AddSingleton<EndpointResources>();
        services.AddSingleton<MessagingMetrics>();
        services.AddSingleton<RelaySignal>();
        services.AddSingleton<RelayStatus>();
        services.AddSingleton(provider => new OutboxMessageFactory(service, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new BrokerPublisher(
            broker,
            service,
            provider.GetRequiredService<RelayStatus>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BrokerPublisher>>()));
        services.AddScoped(provider => new UnitOfWork(
            provider.GetRequiredService<ServiceDatabase>(), provider.GetRequiredService<OutboxMessageFactory>(), provider.GetRequiredService<RelaySignal>()));
        services.AddHealthChecks()
            .AddCheck<OutboxHealth>("database", tags: ["ready"])
            .AddCheck<OutboxHealth>("relay", tags: ["live"])
            .AddCheck<BusHealth>("bus", tags: ["live"]);
        services.AddSingleton(provider => new BusHealth(provider.GetRequiredService<IBusControl>(), broker, provider.GetRequiredService<TimeProvider>()));

        services.AddMassTransit(registration =>
        {
            var messaging = new MessagingBuilder(registration, service, own, builder.Configuration);
            messaging.Apply(configure);
            registration.AddSingleton(provider => new ErrorQueueBrowser(broker, service, own, messaging.Queues, provider.GetRequiredService<TimeProvider>()));
            if (!messaging.IsDeployed && messaging.Topology is { Exchanges.Count: > 0 } topology)
            {
                registration.AddSingleton<IHostedService>(provider => new DeclareExchanges(
                    broker, topology, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DeclareExchanges>>()));
            }

            registration.DisableUsageTelemetry();
            registration.UsingRabbitMq((context, bus) =>
            {
                bus.Host(broker);
                bus.ConfigureJsonSerializerOptions(ContractJson.Configure);

                // Sends and publishes, faults among them, go through pipes of their own.
                bus.ConfigureSend(send => send.UseExecute(message => SetUser(message, own.User)));
                bus.ConfigurePublish(publish => publish.UseExecute(message => SetUser(message, own.User)));
                messaging.Configure(bus, context);
            });
        });
        services.AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = false);

        // After the bus, so that the relay stops first and starts when exchanges are on their way.
        services.AddHostedService<OutboxRelay>();
        services.AddHostedService<DeadlineSweeper>();
    }

    private static void SetUser(SendContext message, string user)
    {
        if (message.TryGetPayload(out RabbitMqSendContext? rabbit))
        {
            rabbit.BasicProperties.UserId = user;
        }
    }

    private static string Required(IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name) ?? throw new InvalidOperationException($"ConnectionStrings__{name} is not set.");
}
