using MassTransit;
using MassTransit.Configuration;
using MassTransit.RabbitMqTransport;
using MassTransit.Topology;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;

namespace Sovereignty.Messaging.Deployment;

/// <summary>
/// MassTransit declares what it needs whenever it opens a channel, and the broker asks for the right to configure even where
/// everything stands already. Where <see cref="TopologyDeployment"/> went before, it only looks.
/// </summary>
internal static class DeployedTopology
{
    private const string Setting = "Messaging:TopologyIsDeployed";

    public static bool IsIn(IConfiguration configuration) => configuration.GetValue<bool>(Setting);

    /// <summary>For what MassTransit itself publishes: faults.</summary>
    public static void Expect(IRabbitMqBusFactoryConfigurator bus) =>
        bus.PublishTopology.ConnectPublishTopologyConfigurationObserver(new NothingToDeclare());

    /// <summary>For a queue, its bindings, and the queues of what failed.</summary>
    public static void Expect(IRabbitMqReceiveEndpointConfigurator endpoint) =>
        endpoint.ConfigureChannel(channel => channel.UseFilter(new LookFilter()));

    private sealed class NothingToDeclare : IPublishTopologyConfigurationObserver
    {
        public void MessageTopologyCreated<T>(IMessagePublishTopologyConfigurator<T> configurator)
            where T : class =>
            configurator.Exclude = true;
    }

    private sealed class LookFilter : IFilter<ChannelContext>
    {
        public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            using var looking = new LookingChannel(context);
            await next.Send(looking);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("deployedTopology");
    }

    private sealed class LookingChannel(ChannelContext context) : ScopeChannelContext(context, context.CancellationToken), ChannelContext
    {
        Task<QueueDeclareOk> ChannelContext.QueueDeclare(
            string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
            QueueDeclarePassive(queue, cancellationToken);

        Task ChannelContext.ExchangeDeclare(
            string exchange, string type, bool durable, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        Task ChannelContext.ExchangeBind(string destination, string source, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        Task ChannelContext.QueueBind(string queue, string exchange, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
            Task.CompletedTask;
    }
}
