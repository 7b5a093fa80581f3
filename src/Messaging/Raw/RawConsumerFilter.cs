using System.Diagnostics;
using System.Text;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sovereignty.Messaging.Batches;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.Messaging.Raw;

/// <summary>Takes messages before MassTransit reads them; what does not throw is acknowledged after its commit.</summary>
internal sealed class RawConsumerFilter<TConsumer> : IFilter<ReceiveContext>, IAsyncDisposable
    where TConsumer : class, IRawConsumer
{
    private readonly GroupCommit<RawMessage> _groups;
    private readonly IServiceScopeFactory _scopes;
    private readonly BrokerIdentity _own;

    public RawConsumerFilter(RawOptions options, BrokerIdentity own, IServiceScopeFactory scopes, TimeProvider time, ILogger logger)
    {
        _scopes = scopes;
        _own = own;
        _groups = new(options.MaxBatch, workers: 1, Commit, time, logger);
    }

    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => _groups.Add(Read(context), context.CancellationToken);

    public void Probe(ProbeContext context) => context.CreateFilterScope("raw");

    public ValueTask DisposeAsync() => _groups.DisposeAsync();

    private async Task Commit(IReadOnlyList<RawMessage> batch, CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        var consumer = ActivatorUtilities.GetServiceOrCreateInstance<TConsumer>(scope.ServiceProvider);
        await unit.BeginForConsumer(cancellationToken);
        foreach (var message in batch)
        {
            await consumer.Consume(message, unit, cancellationToken);
        }

        await unit.Commit(cancellationToken);
    }

    private RawMessage Read(ReceiveContext context)
    {
        var properties = context.GetPayload<RabbitMqBasicConsumeContext>().Properties;
        var headers = new Dictionary<string, string>();
        foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>())
        {
            var text = value switch
            {
                byte[] bytes => Encoding.UTF8.GetString(bytes),
                string or bool or byte or short or int or long or double => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
                _ => null,
            };
            if (text is not null)
            {
                headers[name] = text;
            }
        }

        return new()
        {
            Body = context.Body.GetBytes(),
            MessageId = properties.MessageId,
            ContentType = properties.ContentType,
            UserId = _own.SourceOf(properties),
            Headers = headers,
            TraceParent = Activity.Current?.Id ?? headers.GetValueOrDefault(MessageHeaderNames.TraceParent),
        };
    }
}
