using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Sovereignty.AppHost;
using Sovereignty.Contracts;
using Sovereignty.Messaging;

namespace Sovereignty.Topology.Tests;

/// <summary>Who says what to whom: the registrations of the services, and the rights of clients at the broker.</summary>
internal sealed record Platform(IReadOnlyList<ServiceTopology> Services, IReadOnlyList<BrokerUser> Clients)
{
    private static readonly string EveryEvent = ServiceTopology.ExchangeOf(typeof(IEvent));

    // With everything on that can be switched on.
    private static readonly IConfiguration Configuration = new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["Notify:MasterKey"] = "on" })
        .Build();

    public static Platform Real { get; } = new(
        [
            ServiceTopology.Of("access-service", Configuration, AccessService.Messages.Register),
            ServiceTopology.Of("audit-service", Configuration, AuditService.Messages.Register),
            ServiceTopology.Of("policy-service", Configuration, PolicyService.Messages.Register),
            ServiceTopology.Of("region-service", Configuration, RegionService.Messages.Register),
        ],
        [BrokerUser.Find("platform-service")]);

    public IEnumerable<string> PublishersOf(Contract contract) =>
        [
            .. Services.Where(service => service.Publishes.Contains(contract.Type) || service.Sends.Any(sent => sent.Command == contract.Type)).Select(service => service.Service),
            .. WritersOf(contract.Exchange),
        ];

    /// <summary>Who takes a message by name; not those who hear every event.</summary>
    public IEnumerable<(string Service, string? Queue)> ConsumersOf(Contract contract) =>
        [
            .. from service in Services from hearing in service.Hears where hearing.Messages.Contains(contract.Type) select (service.Service, hearing.Queue),
            .. ReadersOf(contract.Exchange).Select(client => (client, (string?)null)),
        ];

    public IEnumerable<(string Service, Hearing Hearing)> Hearings => from service in Services from hearing in service.Hears select (service.Service, hearing);

    /// <summary>Exchanges that belong to no contract: those that services declare, and those that feed raw consumers.</summary>
    public IEnumerable<PlainExchange> PlainExchanges =>
        Services.SelectMany(service => service.Exchanges)
            .Concat(Hearings.SelectMany(hearing => hearing.Hearing.Exchanges).Where(exchange => !exchange.Contains(':')).Select(exchange => new PlainExchange(exchange, "fanout")))
            .Distinct()
            .OrderBy(exchange => exchange.Name, StringComparer.Ordinal);

    public IEnumerable<string> WritersOf(string exchange) => Clients.Where(client => Regex.IsMatch(exchange, client.Write)).Select(client => client.Name);

    public IEnumerable<string> ReadersOf(string exchange) => Clients.Where(client => Regex.IsMatch(exchange, client.Read)).Select(client => client.Name);

    public static bool HearsEveryEvent(Hearing hearing) => hearing.Exchanges.Contains(EveryEvent);

    /// <summary>What does not fit together, in sentences.</summary>
    public IEnumerable<string> Faults(IReadOnlyList<Contract> contracts)
    {
        foreach (var contract in contracts.Where(contract => !PublishersOf(contract).Any()))
        {
            yield return $"{contract.Name} is neither published nor sent by anyone.";
        }

        foreach (var contract in contracts.Where(contract => !contract.IsEvent && !ConsumersOf(contract).Any()))
        {
            yield return $"{contract.Name} is a command that nobody carries out.";
        }

        foreach (var (service, hearing) in Hearings)
        {
            foreach (var type in hearing.Messages)
            {
                var publishers = contracts.Where(contract => contract.Type == type).SelectMany(PublishersOf).ToArray();
                if (publishers.Length == 0)
                {
                    yield return $"{service} hears {type.Name}, which nobody publishes.";
                }
                else if (hearing.OnlyFrom is { } from && !publishers.Contains(from))
                {
                    yield return $"{service} takes {type.Name} only from {from}, who does not publish it.";
                }
            }
        }

        foreach (var service in Services)
        {
            foreach (var (command, queue) in service.Sends.Where(sent => !Hearings.Any(other => other.Hearing.Queue == sent.Queue && other.Hearing.Messages.Contains(sent.Command))))
            {
                yield return $"{service.Service} sends {command.Name} to {queue}, which does not take it.";
            }

            var user = BrokerUser.Find(service.Service);
            var written = service.Publishes.Select(ServiceTopology.ExchangeOf).Concat(service.Sends.Select(sent => sent.Queue)).Concat(service.Exchanges.Select(exchange => exchange.Name));
            foreach (var exchange in written.Where(exchange => !Regex.IsMatch(exchange, user.Write)))
            {
                yield return $"{service.Service} publishes to {exchange}, and its broker user may not.";
            }
        }
    }
}
