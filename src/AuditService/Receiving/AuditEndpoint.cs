using MassTransit;
using Sovereignty.Messaging;
using Sovereignty.Messaging.Acknowledgements;

namespace Sovereignty.AuditService.Receiving;

internal static class AuditEndpoint
{
    public const string Queue = "audit.events";

    // However often this service dies with messages in hand, they come again.
    private const int DeliveryLimit = 1_000_000;

    // Every event type's exchange is bound to that of the marker interface; faults have exchanges of their own.
    private static readonly string[] Exchanges = ["Sovereignty.Contracts:IEvent", "MassTransit:Fault", "MassTransit:ReceiveFault"];

    public static void AddAudit(this MessagingBuilder bus, int batchSize) => bus.AddAudit(Queue, batchSize, Exchanges);

    /// <summary>The same on another queue. While one batch is being appended, the next is being sealed.</summary>
    public static void AddAudit(this MessagingBuilder bus, string queue, int batchSize, IReadOnlyList<string> exchanges) =>
        bus.AddEndpoint(
            queue,
            2 * batchSize,
            (endpoint, context) =>
            {
                endpoint.CoalesceAcknowledgements();
                endpoint.ConfigureReceive(receive => receive.UseFilter(context.GetRequiredService<AuditFilter>()));
            },
            exchanges,
            DeliveryLimit);
}
