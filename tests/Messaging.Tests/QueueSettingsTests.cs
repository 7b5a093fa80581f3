using Microsoft.Extensions.Configuration;

namespace Sovereignty.Messaging.Tests;

public sealed class QueueSettingsTests
{
    [Theory]
    [InlineData(null, null, 1, 20)]
    [InlineData("3", "7", 3, 7)]
    public void Replicas_and_delivery_limit_of_queues_come_from_configuration(string? replicas, string? deliveries, int replicationFactor, int deliveryLimit)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Messaging:ReplicationFactor"] = replicas,
            ["Messaging:DeliveryLimit"] = deliveries,
        }).Build();
        var messaging = MessagingBuilder.Describe("service", configuration, bus => bus.AddConsumer<OutboxTests.Listener>("pings"));

        var queues = QueueConventions.Queues("pings", messaging.ReplicationFactor, messaging.DeliveryLimitOf("pings")).ToDictionary(queue => queue.Name, queue => queue.Arguments);

        Assert.Equal(["pings", "pings_dead", "pings_error", "pings_skipped"], queues.Keys.Order());
        Assert.All(queues.Values, arguments => Assert.Equal(replicationFactor, arguments["x-quorum-initial-group-size"]));
        Assert.Equal(deliveryLimit, queues["pings"]["x-delivery-limit"]);
    }
}
