using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Configuration;

namespace Sovereignty.Messaging;

/// <summary>What a service says to the broker and hears from it, as it registers it: for documents and checks.</summary>
/// <param name="Service">The service, for example <c>policy-service</c>.</param>
/// <param name="Publishes">The contracts it publishes.</param>
/// <param name="Sends">The commands it sends to queues of other services.</param>
/// <param name="Exchanges">The exchanges it writes to for receivers that know nothing of MassTransit.</param>
/// <param name="Hears">What its queues take.</param>
public sealed record ServiceTopology(
    string Service, IReadOnlyList<Type> Publishes, IReadOnlyList<SentCommand> Sends, IReadOnlyList<PlainExchange> Exchanges, IReadOnlyList<Hearing> Hears)
{
    private static readonly RabbitMqMessageNameFormatter Names = new();

    /// <summary>Describes a service without a broker.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="configuration">The service's configuration.</param>
    /// <param name="configure">What it gives to <see cref="MessagingExtensions.AddMessaging"/>.</param>
    public static ServiceTopology Of(string service, IConfiguration configuration, Action<MessagingBuilder> configure) =>
        MessagingBuilder.Describe(service, configuration, configure).Topology;

    /// <summary>The name of the exchange that a contract is published to.</summary>
    /// <param name="contract">The contract.</param>
    public static string ExchangeOf(Type contract) => Names.GetMessageName(contract);
}

/// <summary>A command and the queue it is sent to.</summary>
/// <param name="Command">The contract.</param>
/// <param name="Queue">The queue.</param>
public sealed record SentCommand(Type Command, string Queue);

/// <summary>An exchange that belongs to no contract.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its kind, for example <c>topic</c>.</param>
public sealed record PlainExchange(string Name, string Type);

/// <summary>What a queue takes.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Messages">The contracts; none where the exchanges bring whatever is published to them.</param>
/// <param name="Exchanges">The exchanges that feed it.</param>
/// <param name="OnlyFrom">The one broker user whose messages count; null for all.</param>
public sealed record Hearing(string Queue, IReadOnlyList<Type> Messages, IReadOnlyList<string> Exchanges, string? OnlyFrom)
{
    internal static Hearing Of(string queue, IEnumerable<Type> messages, string? onlyFrom)
    {
        Type[] types = [.. messages];
        return new(queue, types, [.. types.Select(ServiceTopology.ExchangeOf)], onlyFrom);
    }
}
