using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Redelivery;

namespace Sovereignty.Messaging;

internal static class QueueConventions
{
    private const string DeliveryLimitArgument = "x-delivery-limit";

    // People may look at a message as often as they like, and each look counts as a delivery. Left out, the limit would be
    // that of the broken message's own queue, or from RabbitMQ 4 on a default of 20.
    private const int LooksLimit = 1_000_000;

    /// <summary>
    /// A quorum queue whose messages, after too many deliveries, are kept in <c>QUEUE_dead</c>. Without at-least-once
    /// dead-lettering and reject-publish the delivery limit would drop them.
    /// </summary>
    public static void Apply(IRabbitMqReceiveEndpointConfigurator endpoint, string queue, int replicationFactor, int deliveryLimit)
    {
        endpoint.SetQuorumQueue(replicationFactor);
        SetArguments(endpoint, Kept(queue, replicationFactor, deliveryLimit));
        endpoint.BindDeadLetterQueue($"{queue}_dead", $"{queue}_dead", dead =>
        {
            dead.SetQuorumQueue(replicationFactor);
            SetArguments(dead, Quorum(replicationFactor, LooksLimit));
        });
    }

    /// <summary>A queue and those that its failed messages move to, with their arguments; MassTransit gives error queues those of the queue itself.</summary>
    public static IEnumerable<(string Name, Dictionary<string, object?> Arguments)> Queues(string queue, int replicationFactor, int deliveryLimit) =>
        [
            ($"{queue}_dead", Quorum(replicationFactor, LooksLimit)),
            (queue, Kept(queue, replicationFactor, deliveryLimit)),
            ($"{queue}_error", Kept(queue, replicationFactor, LooksLimit)),
            ($"{queue}_skipped", Kept(queue, replicationFactor, LooksLimit)),
        ];

    /// <summary>Messages in <c>QUEUE_error</c> and <c>QUEUE_skipped</c> stay there until somebody decides.</summary>
    public static void KeepInErrorQueues(IRabbitMqBusFactoryConfigurator bus)
    {
        bus.SendTopology.ConfigureErrorSettings = error => error.SetQueueArgument(DeliveryLimitArgument, LooksLimit);
        bus.SendTopology.ConfigureDeadLetterSettings = skipped => skipped.SetQueueArgument(DeliveryLimitArgument, LooksLimit);
    }

    /// <summary>
    /// A lost race is tried again a few times. While the database is away the message waits in place, for as long as it
    /// takes: the endpoint pauses, and nothing floods the error queue. What else fails is delivered again later, a few times.
    /// </summary>
    public static void Retry(IRabbitMqReceiveEndpointConfigurator endpoint, IReadOnlyList<TimeSpan> redeliverAfter, IServiceScopeFactory scopes)
    {
        SecondLevelRetry.Apply(endpoint, redeliverAfter, scopes);
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(Transient.IsAway);
            retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100));
        });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(Transient.IsConflict);
            retry.Exponential(Transient.ConflictRetries, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(20));
        });
    }

    private static Dictionary<string, object?> Quorum(int replicationFactor, int deliveryLimit) => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-quorum-initial-group-size"] = replicationFactor,
        [DeliveryLimitArgument] = deliveryLimit,
    };

    private static Dictionary<string, object?> Kept(string queue, int replicationFactor, int deliveryLimit) => new(Quorum(replicationFactor, deliveryLimit))
    {
        ["x-dead-letter-exchange"] = $"{queue}_dead",
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    private static void SetArguments(IRabbitMqQueueConfigurator queue, Dictionary<string, object?> arguments)
    {
        foreach (var (name, value) in arguments)
        {
            queue.SetQueueArgument(name, value!);
        }
    }
}
