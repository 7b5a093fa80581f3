using System.Text;
using Sovereignty.Messaging;

namespace Sovereignty.Topology.Tests;

/// <summary>docs/messages.md.</summary>
internal static class MessagesDocument
{
    public static string Write(Platform platform)
    {
        var text = new StringBuilder();
        text.Append($"""
            # Messages

            <!-- Written from the code: {DocumentTests.Regenerate} -->

            Every message is a record of [Contracts](../src/Contracts), its JSON form a schema in [schemas](schemas). On the broker it is the
            member `message` of MassTransit's envelope (`{AsyncApi.Envelope}`). Events, and the commands of
            clients, go to the exchange `NAMESPACE:NAME` of their type; the commands of services to the queue they are carried out from.
            AuditService hears every event on `{platform.Hearings.Single(hears => Platform.HearsEveryEvent(hears.Hearing)).Hearing.Queue}`; the tables do not repeat it.
            For machines the same is in [asyncapi.json](asyncapi.json).


            """);
        foreach (var area in Contract.All.GroupBy(contract => contract.Area))
        {
            text.Append($"## {area.Key}\n\n| message | says | from | to |\n|---|---|---|---|\n");
            foreach (var contract in area)
            {
                var publishers = platform.PublishersOf(contract).ToArray();
                var from = publishers.Length >= platform.Services.Count ? "every service" : string.Join(", ", publishers);
                var to = string.Join(", ", platform.ConsumersOf(contract).Select(consumer => consumer.Queue is null ? consumer.Service : $"{consumer.Service} `{consumer.Queue}`"));
                text.Append($"| [{contract.Name}]({contract.Schema}) | {contract.FirstSentence} | {from} | {to} |\n");
            }

            text.Append('\n');
        }

        text.Append("## Without MassTransit\n\nPlain JSON or CloudEvents, from and to any language.\n\n| exchange | kind | says | from | to |\n|---|---|---|---|---|\n");
        foreach (var exchange in platform.PlainExchanges)
        {
            var from = platform.Services.Where(service => service.Exchanges.Contains(exchange)).Select(service => service.Service).Concat(platform.WritersOf(exchange.Name));
            var to = platform.Hearings.Where(hears => hears.Hearing.Exchanges.Contains(exchange.Name)).Select(hears => $"{hears.Service} `{hears.Hearing.Queue}`").Concat(platform.ReadersOf(exchange.Name));
            text.Append($"| `{exchange.Name}` | {exchange.Type} | {PlainMessage.Of(exchange.Name).Summary} | {string.Join(", ", from)} | {string.Join(", ", to)} |\n");
        }

        text.Append("\n## Queues\n\nWhat cannot be handled moves to `QUEUE_error`, what nobody there takes to `QUEUE_skipped`, what was delivered too often to\n`QUEUE_dead`, and waits for people: `./sov messages list`.\n\n| queue | of | takes |\n|---|---|---|\n");
        foreach (var queue in platform.Hearings.GroupBy(hears => (hears.Hearing.Queue, hears.Service)).OrderBy(queue => queue.Key.Queue, StringComparer.Ordinal))
        {
            text.Append($"| `{queue.Key.Queue}` | {queue.Key.Service} | {string.Join("; ", queue.Select(hears => Takes(hears.Service, hears.Hearing)))} |\n");
        }

        return text.ToString();
    }

    private static string Takes(string service, Hearing hearing)
    {
        if (hearing.Messages.Count == 0)
        {
            return hearing.Exchanges.Count == 0 ? "what the service itself sends there" : $"all of {string.Join(", ", hearing.Exchanges.Select(exchange => $"`{exchange}`"))}";
        }

        var names = string.Join(", ", hearing.Messages.Select(type => type.Name));
        return hearing.OnlyFrom is { } from ? $"{names}, only from {(from == service ? "itself" : from)}" : names;
    }
}
