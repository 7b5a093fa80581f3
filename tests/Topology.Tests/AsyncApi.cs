using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sovereignty.AppHost;
using Sovereignty.Messaging;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.Topology.Tests;

/// <summary>docs/asyncapi.json, AsyncAPI 3.0: exchanges and queues as channels, what each service sends and receives as operations.</summary>
internal sealed class AsyncApi
{
    public const string Envelope = "application/vnd.masstransit+json";
    private const string Bindings = "0.3.0";
    private const string Vhost = Broker.VirtualHost;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Platform _platform;
    private readonly JsonObject _channels = [];
    private readonly JsonObject _operations = [];

    private AsyncApi(Platform platform) => _platform = platform;

    public static string Write(Platform platform) => new AsyncApi(platform).Document().ToJsonString(Indented) + "\n";

    private JsonObject Document()
    {
        foreach (var contract in Contract.All.Where(contract => contract.IsEvent || !IsSent(contract)))
        {
            AddExchange(contract);
        }

        foreach (var exchange in _platform.PlainExchanges)
        {
            AddPlainExchange(exchange);
        }

        foreach (var queue in _platform.Hearings.GroupBy(hears => (hears.Hearing.Queue, hears.Service)))
        {
            AddQueue(queue.Key.Queue, queue.Key.Service, [.. queue.Select(hears => hears.Hearing)]);
        }

        foreach (var service in _platform.Services)
        {
            foreach (var sent in service.Sends)
            {
                Add($"{service.Service} sends {sent.Command.Name}", Operation("send", service.Service, sent.Queue, [sent.Command.FullName!]));
            }
        }

        return new()
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Sovereignty",
                ["version"] = "1.0.0",
                ["description"] = $"The messages of the platform. Written from the code: {DocumentTests.Regenerate}",
            },
            ["defaultContentType"] = Envelope,
            ["servers"] = new JsonObject
            {
                ["broker"] = new JsonObject
                {
                    ["host"] = "{host}:{port}",
                    ["pathname"] = $"/{Vhost}",
                    ["protocol"] = "amqp",
                    ["protocolVersion"] = "0-9-1",
                    ["description"] = "RabbitMQ. Each service and each client has a user of its own; ./sov amqp USER prints the address.",
                    ["variables"] = new JsonObject { ["host"] = new JsonObject { ["default"] = "127.0.0.1" }, ["port"] = new JsonObject { ["default"] = "5672" } },
                    ["security"] = new JsonArray(Ref("#/components/securitySchemes/user")),
                },
            },
            ["channels"] = _channels,
            ["operations"] = _operations,
            ["components"] = new JsonObject
            {
                ["messages"] = Messages(),
                ["schemas"] = new JsonObject { ["headers"] = Headers(), ["envelope"] = EnvelopeSchema() },
                ["securitySchemes"] = new JsonObject { ["user"] = new JsonObject { ["type"] = "userPassword" } },
            },
        };
    }

    private bool IsSent(Contract contract) => _platform.Services.Any(service => service.Sends.Any(sent => sent.Command == contract.Type));

    private void AddExchange(Contract contract)
    {
        var key = contract.Type.FullName!;
        _channels[key] = Channel(contract.Exchange, contract.FirstSentence, [key], Exchange(contract.Exchange, "fanout"));
        foreach (var publisher in _platform.PublishersOf(contract))
        {
            Add($"{publisher} publishes {contract.Name}", Operation("send", publisher, key, [key]));
        }

        foreach (var client in _platform.ReadersOf(contract.Exchange))
        {
            Add($"{client} hears {contract.Name}", Operation("receive", client, key, [key]));
        }
    }

    private void AddPlainExchange(PlainExchange exchange)
    {
        string[] messages = [.. PlainMessage.All.Where(message => message.Exchange == exchange.Name).Select(message => message.Name)];
        _channels[exchange.Name] = Channel(exchange.Name, PlainMessage.Of(exchange.Name).Summary, messages, Exchange(exchange.Name, exchange.Type));
        foreach (var publisher in _platform.Services.Where(service => service.Exchanges.Contains(exchange)).Select(service => service.Service).Concat(_platform.WritersOf(exchange.Name)))
        {
            Add($"{publisher} publishes to {exchange.Name}", Operation("send", publisher, exchange.Name, messages));
        }

        foreach (var client in _platform.ReadersOf(exchange.Name))
        {
            Add($"{client} hears {exchange.Name}", Operation("receive", client, exchange.Name, messages));
        }
    }

    private void AddQueue(string queue, string service, IReadOnlyList<Hearing> hearings)
    {
        string[] messages = [.. hearings.SelectMany(MessagesOf).Distinct()];
        var channel = Channel(queue, $"A queue of {service}.", messages, new()
        {
            ["is"] = "queue",
            ["queue"] = new JsonObject { ["name"] = queue, ["durable"] = true, ["exclusive"] = false, ["autoDelete"] = false, ["vhost"] = Vhost },
            ["bindingVersion"] = Bindings,
        });
        channel["x-exchanges"] = new JsonArray([.. hearings.SelectMany(hearing => hearing.Exchanges).Select(exchange => (JsonNode)exchange)]);
        _channels[queue] = channel;
        Add($"{service} takes {queue}", Operation("receive", service, queue, messages));
    }

    private static IEnumerable<string> MessagesOf(Hearing hearing) =>
        Platform.HearsEveryEvent(hearing) ? Contract.All.Where(contract => contract.IsEvent).Select(contract => contract.Type.FullName!)
        : hearing.Messages.Count > 0 ? hearing.Messages.Select(type => type.FullName!)
        : PlainMessage.All.Where(message => hearing.Exchanges.Contains(message.Exchange)).Select(message => message.Name);

    private void Add(string name, JsonObject operation) => _operations.Add(name.Replace(' ', '.'), operation);

    private static JsonObject Channel(string address, string summary, IEnumerable<string> messages, JsonObject binding) => new()
    {
        ["address"] = address,
        ["summary"] = summary,
        ["messages"] = new JsonObject(messages.Select(message => KeyValuePair.Create<string, JsonNode?>(message, Ref($"#/components/messages/{message}")))),
        ["bindings"] = new JsonObject { ["amqp"] = binding },
    };

    private static JsonObject Exchange(string name, string type) => new()
    {
        ["is"] = "routingKey",
        ["exchange"] = new JsonObject { ["name"] = name, ["type"] = type, ["durable"] = true, ["autoDelete"] = false, ["vhost"] = Vhost },
        ["bindingVersion"] = Bindings,
    };

    private static JsonObject Operation(string action, string service, string channel, IEnumerable<string> messages)
    {
        var binding = action == "send"
            ? new JsonObject { ["userId"] = service, ["deliveryMode"] = 2, ["bindingVersion"] = Bindings }
            : new JsonObject { ["ack"] = true, ["bindingVersion"] = Bindings };
        return new()
        {
            ["action"] = action,
            ["channel"] = Ref($"#/channels/{channel}"),
            ["tags"] = new JsonArray(new JsonObject { ["name"] = service }),
            ["bindings"] = new JsonObject { ["amqp"] = binding },
            ["messages"] = new JsonArray([.. messages.Select(message => Ref($"#/channels/{channel}/messages/{message}"))]),
        };
    }

    private static JsonObject Messages()
    {
        var messages = new JsonObject();
        foreach (var contract in Contract.All)
        {
            messages[contract.Type.FullName!] = new JsonObject
            {
                ["name"] = contract.Name,
                ["title"] = contract.Name,
                ["summary"] = contract.FirstSentence,
                ["contentType"] = Envelope,
                ["headers"] = Ref("#/components/schemas/headers"),
                ["payload"] = new JsonObject
                {
                    ["allOf"] = new JsonArray(Ref("#/components/schemas/envelope"), new JsonObject
                    {
                        ["properties"] = new JsonObject
                        {
                            ["messageType"] = new JsonObject { ["contains"] = new JsonObject { ["const"] = $"urn:message:{contract.Exchange}" } },
                            ["message"] = Ref(contract.Schema),
                        },
                    }),
                },
            };
        }

        foreach (var message in PlainMessage.All)
        {
            messages[message.Name] = new JsonObject
            {
                ["name"] = message.Name,
                ["title"] = message.Name,
                ["summary"] = message.Summary,
                ["contentType"] = message.ContentType,
                ["payload"] = message.Payload.DeepClone(),
            };
        }

        return messages;
    }

    private static JsonObject Headers() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            [MessageHeaderNames.Number] = new JsonObject { ["type"] = "integer", ["description"] = "The number of this message among all that its service published: without gaps, from 1." },
            [MessageHeaderNames.TraceParent] = new JsonObject { ["type"] = "string", ["description"] = "W3C trace context." },
        },
    };

    private static JsonObject EnvelopeSchema() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["messageId"] = new JsonObject { ["type"] = "string", ["format"] = "uuid", ["description"] = "The same when the message is sent again; also the AMQP property message_id." },
            ["conversationId"] = new JsonObject { ["type"] = "string", ["format"] = "uuid" },
            ["sourceAddress"] = new JsonObject { ["type"] = "string" },
            ["messageType"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" }, ["description"] = "The type and its interfaces, as URNs." },
            ["message"] = new JsonObject { ["type"] = "object" },
            ["sentTime"] = new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            ["headers"] = new JsonObject { ["type"] = "object" },
        },
        ["required"] = new JsonArray("messageId", "messageType", "message"),
    };

    private static JsonObject Ref(string target) => new() { ["$ref"] = target };
}
