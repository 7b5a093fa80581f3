using MassTransit;

namespace Sovereignty.Messaging.Acknowledgements;

/// <summary>How a receive endpoint tells the broker that messages are done with.</summary>
public static class AcknowledgementExtensions
{
    /// <summary>
    /// Acknowledges messages that finish together by one frame, for an endpoint that works on many at a time. A message is
    /// acknowledged only when it is done with; when the connection breaks, more may come again than without this.
    /// </summary>
    /// <param name="endpoint">The endpoint.</param>
    public static void CoalesceAcknowledgements(this IRabbitMqReceiveEndpointConfigurator endpoint) =>
        endpoint.ConfigureChannel(channel => channel.UseFilter(new CoalescedAcknowledgements()));
}
