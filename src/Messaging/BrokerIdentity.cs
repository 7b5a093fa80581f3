using System.Text;
using RabbitMQ.Client;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.Messaging;

/// <summary>Who this service is to the broker, and who others are.</summary>
/// <param name="User">The broker user of this service.</param>
public sealed record BrokerIdentity(string User)
{
    /// <summary>
    /// The broker user that published a message first. The broker vouches for the <c>user_id</c>; a message that this service
    /// itself moved to an error queue or back names its first publisher in a header, and nobody else's header counts.
    /// </summary>
    /// <param name="properties">The properties as received.</param>
    /// <returns>The user; null when the first publisher did not say.</returns>
    public string? SourceOf(IReadOnlyBasicProperties properties)
    {
        var publisher = properties.IsUserIdPresent() ? properties.UserId : null;
        if (publisher != User || properties.Headers is not { } headers || !headers.TryGetValue(MessageHeaderNames.SourceUser, out var moved))
        {
            return publisher;
        }

        var source = moved is byte[] bytes ? Encoding.UTF8.GetString(bytes) : moved as string;
        return string.IsNullOrEmpty(source) ? null : source;
    }
}
