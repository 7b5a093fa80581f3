using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sovereignty.Messaging.Inbox;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.Messaging.Redelivery;

/// <summary>The same message under the same id, sent to its queue again when its time has come.</summary>
internal sealed class DelayedCopy(ConsumeContext context, IServiceScopeFactory scopes) : MessageRedeliveryContext
{
    public async Task ScheduleRedelivery(TimeSpan delay, Action<ConsumeContext, SendContext>? callback = null)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(context.CancellationToken);
        unit.Add(new()
        {
            MessageId = context.MessageId!.Value,
            Exchange = context.ReceiveContext.EndpointName(),
            RoutingKey = "",
            ContentType = context.ReceiveContext.ContentType.MediaType,
            Headers = Headers(scope.ServiceProvider.GetRequiredService<BrokerIdentity>()),
            Body = Counted(context.ReceiveContext.GetBody(), context.GetRedeliveryCount() + 1),
            NotBefore = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow() + delay,
        });
        await unit.Commit(context.CancellationToken);
    }

    private Dictionary<string, string> Headers(BrokerIdentity own)
    {
        var headers = new Dictionary<string, string>();
        if (!context.TryGetPayload(out RabbitMqBasicConsumeContext? received))
        {
            return headers;
        }

        foreach (var (name, value) in received.Properties.Headers ?? new Dictionary<string, object?>())
        {
            if (name != MessageHeaderNames.Number && value is byte[] text)
            {
                headers[name] = Encoding.UTF8.GetString(text);
            }
        }

        // The copy leaves under this service's user; whose message it is stays readable, whatever its publisher wrote there.
        headers[MessageHeaderNames.SourceUser] = own.SourceOf(received.Properties) ?? "";

        return headers;
    }

    private static byte[] Counted(byte[] body, int count)
    {
        var envelope = JsonNode.Parse(body)!.AsObject();
        var headers = envelope["headers"] as JsonObject ?? [];
        headers[MessageHeaders.RedeliveryCount] = count;
        envelope["headers"] = headers;
        return JsonSerializer.SerializeToUtf8Bytes(envelope);
    }
}
