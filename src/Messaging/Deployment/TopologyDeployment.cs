using MassTransit;
using MassTransit.RabbitMqTransport.Topology;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sovereignty.Messaging.Deployment;

/// <summary>
/// Declares the exchanges, queues and bindings of a service ahead of its start, under a broker user of its own
/// (<c>ConnectionStrings:topology</c>, given to this step alone), so that the service's user may declare, delete and bind
/// nothing. The service then runs with <c>Messaging:TopologyIsDeployed</c>; without it, it declares everything itself at its start.
/// </summary>
public static class TopologyDeployment
{
    /// <summary>Deploys; does nothing where <c>ConnectionStrings:topology</c> is not set.</summary>
    /// <param name="configuration">The service's configuration.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="configure">What the service gives to <see cref="MessagingExtensions.AddMessaging"/>.</param>
    /// <returns>The process's exit code: 0 when done, 1 with the reason on standard error.</returns>
    public static async Task<int> Run(IConfiguration configuration, string service, Action<MessagingBuilder> configure)
    {
        if (configuration.GetConnectionString("topology") is not { } broker)
        {
            return 0;
        }

        var messaging = MessagingBuilder.Describe(service, configuration, configure);
        try
        {
            await using var connection = await new ConnectionFactory { Uri = new(broker), ClientProvidedName = $"{service} topology" }.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
            await Deploy(channel, Published(messaging));
            foreach (var exchange in messaging.Topology.Exchanges)
            {
                await channel.ExchangeDeclareAsync(exchange.Name, exchange.Type, durable: true);
            }

            foreach (var queue in messaging.Queues)
            {
                await Deploy(channel, queue, messaging);
            }

            return 0;
        }
        catch (Exception exception) when (exception is OperationInterruptedException or BrokerUnreachableException)
        {
            var advice = exception is OperationInterruptedException { ShutdownReason.ReplyCode: Constants.PreconditionFailed }
                ? " The broker keeps an older form of it: empty it, delete it, and deploy again."
                : "";
            await Console.Error.WriteLineAsync($"The topology of {service} is not deployed: {exception.Message}{advice}");
            return 1;
        }
    }

    private static async Task Deploy(IChannel channel, BrokerTopology published)
    {
        foreach (var exchange in published.Exchanges)
        {
            await channel.ExchangeDeclareAsync(exchange.ExchangeName, exchange.ExchangeType, exchange.Durable, exchange.AutoDelete, exchange.ExchangeArguments!);
        }

        foreach (var binding in published.ExchangeBindings)
        {
            await channel.ExchangeBindAsync(binding.Destination.ExchangeName, binding.Source.ExchangeName, binding.RoutingKey, binding.Arguments!);
        }
    }

    private static async Task Deploy(IChannel channel, string queue, MessagingBuilder messaging)
    {
        foreach (var (name, arguments) in QueueConventions.Queues(queue, messaging.ReplicationFactor, messaging.DeliveryLimitOf(queue)))
        {
            await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, arguments);
            await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true);
            await channel.QueueBindAsync(name, name, "");
        }

        foreach (var exchange in messaging.ExchangesOf(queue))
        {
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
            await channel.ExchangeBindAsync(queue, exchange, "");
        }
    }

    /// <summary>The exchanges of messages, with their interfaces, as MassTransit would declare them.</summary>
    private static BrokerTopology Published(MessagingBuilder messaging)
    {
        BrokerTopology? topology = null;
        Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            messaging.ConfigurePublishes(bus);
            topology = bus.PublishTopology.GetPublishBrokerTopology();
        });
        return topology!;
    }
}
