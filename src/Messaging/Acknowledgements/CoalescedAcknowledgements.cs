using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Sovereignty.Messaging.Acknowledgements;

/// <summary>
/// Tells the broker of many messages at once that they are done with, where their consumers finish together. A message is never
/// acknowledged before it is done; one that is done may come again when the connection breaks, as ever.
/// </summary>
internal sealed class CoalescedAcknowledgements : IFilter<ChannelContext>
{
    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        using var coalescing = new CoalescingChannel(context);
        await next.Send(coalescing);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("coalescedAcknowledgements");

    private sealed class CoalescingChannel(ChannelContext context) : ScopeChannelContext(context, context.CancellationToken), ChannelContext
    {
        // One message that takes for ever must not keep all later ones from being acknowledged.
        private const int MostWaiting = 256;

        private readonly ChannelContext _broker = context;
        private readonly Lock _lock = new();
        private readonly SettledDeliveries _settled = new();
        private ulong _told;
        private bool _telling;

        private bool HasNews => _settled.AllUpTo > _told || _settled.Waiting > MostWaiting;

        ValueTask ChannelContext.BasicAck(ulong deliveryTag, bool multiple, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                _settled.Add(deliveryTag);
                if (_telling || !HasNews)
                {
                    return ValueTask.CompletedTask;
                }

                _telling = true;
            }

            return new(Tell(cancellationToken));
        }

        async Task ChannelContext.BasicNack(ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken)
        {
            await _broker.BasicNack(deliveryTag, multiple, requeue, cancellationToken);
            lock (_lock)
            {
                _settled.AddTold(deliveryTag);
            }
        }

        private async Task Tell(CancellationToken cancellationToken)
        {
            try
            {
                // What finishes together is here when this goes on.
                await Task.Yield();
                while (Next() is var (upTo, apart))
                {
                    if (upTo is { } delivery)
                    {
                        await _broker.BasicAck(delivery, multiple: true, cancellationToken);
                    }

                    foreach (var one in apart)
                    {
                        await _broker.BasicAck(one, multiple: false, cancellationToken);
                    }
                }
            }
            catch
            {
                lock (_lock)
                {
                    _telling = false;
                }

                throw;
            }
        }

        private (ulong? UpTo, IReadOnlyList<ulong> Apart)? Next()
        {
            lock (_lock)
            {
                _telling = HasNews;
                if (!_telling)
                {
                    return null;
                }

                ulong? upTo = _settled.AllUpTo > _told ? _told = _settled.AllUpTo : null;
                return (upTo, _settled.Waiting > MostWaiting ? _settled.TakeWaiting() : []);
            }
        }
    }
}
