using System.Diagnostics;
using System.Globalization;
using System.Text;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Diagnostics;
using Sovereignty.Messaging;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.AuditService.Receiving;

/// <summary>
/// Takes each message off the audit queue before anything reads it: exact bytes and properties go to the log, and the
/// message is acknowledged when they are durable there. Nothing comes after this filter, so nothing is ever moved aside.
/// </summary>
internal sealed class AuditFilter(LogAppender appender, BrokerIdentity own, TimeProvider time) : IFilter<ReceiveContext>
{
    private const string MassTransitActivityId = "MT-Activity-Id";
    private const string MassTransitMessageType = "MT-MessageType";

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var properties = context.GetPayload<RabbitMqBasicConsumeContext>().Properties;
        var message = Read(properties, own, context.Body.GetBytes(), time.GetUtcNow());

        // MassTransit's receive activity, where it is recorded, already continues the publisher's trace.
        ActivityContext.TryParse(message.TraceParent, null, isRemote: true, out var publisher);
        using var activity = AuditMetrics.Activities.StartActivity("audit append", ActivityKind.Internal, Activity.Current?.Context ?? publisher);
        var outcome = await appender.Append(message, context.CancellationToken);
        activity?.SetTag("audit.index", outcome.Index);
        activity?.SetTag("audit.result", outcome.Result.ToString());
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("audit");

    /// <summary>Reads what the broker says of a message. What cannot be read is no reason to give the message back: it would come again for ever.</summary>
    public static ReceivedMessage Read(IReadOnlyBasicProperties properties, BrokerIdentity own, byte[] body, DateTimeOffset now)
    {
        try
        {
            return ReadProperties(properties, own, body, now);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new() { Body = body, ReceivedAt = now, Malformed = EventReader.PropertiesInvalid };
        }
    }

    private static ReceivedMessage ReadProperties(IReadOnlyBasicProperties properties, BrokerIdentity own, byte[] body, DateTimeOffset now) => new()
    {
        Body = body,
        ReceivedAt = now,
        PublishedAt = properties.IsTimestampPresent() && TypeOwners.IsPlatformService(own.SourceOf(properties)) ? DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(properties.Timestamp.UnixTime, 0, now.ToUnixTimeSeconds())) : null,
        MessageId = properties.IsMessageIdPresent() ? properties.MessageId : null,
        ContentType = properties.IsContentTypePresent() ? properties.ContentType : null,
        Source = own.SourceOf(properties),
        Number = long.TryParse(Text(properties, MessageHeaderNames.Number), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
        TypeHeader = Text(properties, MassTransitMessageType)?.Split(';')[0],
        TraceParent = Text(properties, MassTransitActivityId) ?? Text(properties, MessageHeaderNames.TraceParent),
    };

    private static string? Text(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers is { } headers && headers.TryGetValue(header, out var value)
            ? value switch
            {
                byte[] bytes => Encoding.UTF8.GetString(bytes),
                string or byte or short or int or long => Convert.ToString(value, CultureInfo.InvariantCulture),
                _ => null,
            }
            : null;
}
