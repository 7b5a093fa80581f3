using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

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

    // MassTransit may come back to an open channel, whose deliveries are counted on.
    private static readonly ConditionalWeakTable<IChannel, Standing> Standings = [];

    private sealed class CoalescingChannel(ChannelContext context) : ScopeChannelContext(context, context.CancellationToken), ChannelContext
    {
        private readonly ChannelContext _broker = context;
        private readonly Standing _standing = Standings.GetOrCreateValue(context.Channel);

        ValueTask ChannelContext.BasicAck(ulong deliveryTag, bool multiple, CancellationToken cancellationToken) =>
            _standing.IsToBeTold(settled => settled.Add(deliveryTag)) ? new(Tell(cancellationToken)) : ValueTask.CompletedTask;

        async Task ChannelContext.BasicNack(ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken)
        {
            await _broker.BasicNack(deliveryTag, multiple, requeue, cancellationToken);
            if (_standing.IsToBeTold(settled => settled.AddTold(deliveryTag)))
            {
                await Tell(cancellationToken);
            }
        }

        private async Task Tell(CancellationToken cancellationToken)
        {
            try
            {
                // What finishes together is here when this goes on.
                await Task.Yield();
                while (_standing.Next() is var (upTo, apart))
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
                _standing.BrokeOff();
                throw;
            }
        }
    }

    /// <summary>What the broker knows of the deliveries of one channel, and what it does not know yet. One at a time tells it.</summary>
    private sealed class Standing
    {
        // One message that takes for ever must not keep all later ones from being acknowledged.
        private const int MostWaiting = 256;

        private readonly Lock _lock = new();
        private readonly SettledDeliveries _settled = new();
        private ulong _told;
        private bool _telling;

        private bool HasNews => _settled.AllUpTo > _told || _settled.Waiting > MostWaiting;

        /// <returns>Whether the caller is the one to tell it.</returns>
        public bool IsToBeTold(Action<SettledDeliveries> settle)
        {
            lock (_lock)
            {
                settle(_settled);
                return !_telling && (_telling = HasNews);
            }
        }

        public void BrokeOff()
        {
            lock (_lock)
            {
                _telling = false;
            }
        }

        public (ulong? UpTo, IReadOnlyList<ulong> Apart)? Next()
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
