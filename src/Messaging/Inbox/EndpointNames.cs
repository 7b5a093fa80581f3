using MassTransit;

namespace Sovereignty.Messaging.Inbox;

internal static class EndpointNames
{
    public static string EndpointName(this ReceiveContext context) => context.InputAddress.AbsolutePath.Split('/')[^1];
}
