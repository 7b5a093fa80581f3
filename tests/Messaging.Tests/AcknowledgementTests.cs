using System.Reflection;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using Sovereignty.Messaging.Acknowledgements;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

public sealed class AcknowledgementTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_broker_is_told_of_what_is_settled_and_of_nothing_else_in_any_order(int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 300; run++)
        {
            var broker = new Broker(random.Next(1, 60));
            var settled = new SettledDeliveries();
            var told = 0UL;
            foreach (var delivery in broker.Deliveries.OrderBy(_ => random.Next()).ToList())
            {
                broker.Settled.Add(delivery);
                if (random.Next(5) == 0)
                {
                    broker.Take(delivery, multiple: false);
                    settled.AddTold(delivery);
                }
                else
                {
                    settled.Add(delivery);
                }

                if (random.Next(3) == 0 && settled.AllUpTo > told)
                {
                    broker.Take(told = settled.AllUpTo, multiple: true);
                }

                if (random.Next(10) == 0)
                {
                    Assert.All(settled.TakeWaiting(), waiting => broker.Take(waiting, multiple: false));
                }
            }

            if (settled.AllUpTo > told)
            {
                broker.Take(settled.AllUpTo, multiple: true);
            }

            Assert.Equal(0, settled.Waiting);
            Assert.Empty(broker.Unacknowledged);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1UL)]
    [InlineData(700UL)]
    public async Task Messages_that_finish_together_are_told_of_together_and_one_that_does_not_holds_up_none(ulong? stuck)
    {
        var broker = new Broker(2_000);
        await Coalesce(broker, async channel =>
        {
            var random = new Random(1);
            var finishing = broker.Deliveries.Where(delivery => delivery != stuck).OrderBy(delivery => ((int)delivery / 100) + random.NextDouble()).Chunk(500).ToList();
            await Parallel.ForEachAsync(finishing, async (deliveries, ct) =>
            {
                foreach (var delivery in deliveries)
                {
                    lock (broker)
                    {
                        broker.Settled.Add(delivery);
                    }

                    await (delivery % 97 == 0 ? channel.BasicNack(delivery, false, true, ct) : channel.BasicAck(delivery, false, ct).AsTask());
                }
            });
            await Eventually.True(() => broker.Left <= (stuck is null ? 0 : 257), "the broker is told");
        });

        Assert.True(broker.Frames < 2_000, $"{broker.Frames} frames");
        Assert.Equal(stuck is not null, stuck is { } one && broker.Unacknowledged.Contains(one));
    }

    [Fact]
    public async Task A_message_that_is_given_back_lets_those_behind_it_be_told()
    {
        var broker = new Broker(100);
        await Coalesce(broker, async channel =>
        {
            broker.Settled.UnionWith(broker.Deliveries);
            foreach (var delivery in broker.Deliveries.Skip(1))
            {
                await channel.BasicAck(delivery, false, default);
            }

            Assert.Equal(100, broker.Left);
            await channel.BasicNack(1, false, true, default);
            await Eventually.True(() => broker.Left == 0, "the broker is told");
        });

        Assert.Equal(2, broker.Frames);
    }

    [Fact]
    public async Task A_channel_that_is_consumed_from_again_is_counted_on()
    {
        var broker = new Broker(20);
        broker.Settled.UnionWith(broker.Deliveries);
        for (var half = 0; half < 2; half++)
        {
            await Coalesce(broker, async channel =>
            {
                foreach (var delivery in broker.Deliveries.Skip(half * 10).Take(10))
                {
                    await channel.BasicAck(delivery, false, default);
                }

                await Eventually.True(() => broker.Left == 10 * (1 - half), "the broker is told");
            });
        }
    }

    [Fact]
    public async Task A_channel_that_breaks_says_so_to_a_message_that_finishes()
    {
        var broker = new Broker(3) { IsBroken = true };
        await Coalesce(broker, async channel =>
        {
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await channel.BasicAck(1, false, default));
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await channel.BasicAck(2, false, default));
        });
    }

    private static async Task Coalesce(Broker broker, Func<ChannelContext, Task> use)
    {
        var channel = DispatchProxy.Create<ChannelContext, Recorder>();
        ((Recorder)channel).Broker = broker;
        ((Recorder)channel).Channel = broker.Channel;
        await new CoalescedAcknowledgements().Send(channel, Pipe.ExecuteAsync<ChannelContext>(use));
    }

    /// <summary>What RabbitMQ makes of acknowledgements: one for a delivery it does not know any more closes the channel.</summary>
    private sealed class Broker(int deliveries)
    {
        public SortedSet<ulong> Unacknowledged { get; } = [.. Enumerable.Range(1, deliveries).Select(delivery => (ulong)delivery)];

        public IReadOnlyList<ulong> Deliveries { get; } = [.. Enumerable.Range(1, deliveries).Select(delivery => (ulong)delivery)];

        public HashSet<ulong> Settled { get; } = [];

        public bool IsBroken { get; init; }

        public IChannel Channel { get; } = DispatchProxy.Create<IChannel, Recorder>();

        public int Frames { get; private set; }

        public int Left
        {
            get
            {
                lock (this)
                {
                    return Unacknowledged.Count;
                }
            }
        }

        public void Take(ulong delivery, bool multiple)
        {
            lock (this)
            {
                Frames++;
                Assert.Contains(delivery, Unacknowledged);
                ulong[] taken = multiple ? [.. Unacknowledged.TakeWhile(known => known <= delivery)] : [delivery];
                Assert.Subset(Settled, taken.ToHashSet());
                Unacknowledged.ExceptWith(taken);
            }
        }
    }

    public class Recorder : DispatchProxy
    {
        internal object? Broker { get; set; }

        internal IChannel? Channel { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod!.Name)
            {
                case nameof(ChannelContext.BasicAck):
                    return new ValueTask(Take((Broker)Broker!, (ulong)args![0]!, (bool)args[1]!));
                case nameof(ChannelContext.BasicNack):
                    return Take((Broker)Broker!, (ulong)args![0]!, (bool)args[1]!);
                case "get_Channel":
                    return Channel;
                case "get_CancellationToken":
                    return CancellationToken.None;
                default:
                    throw new NotSupportedException(targetMethod.Name);
            }
        }

        private static async Task Take(Broker broker, ulong delivery, bool multiple)
        {
            await Task.Yield();
            if (broker.IsBroken)
            {
                throw new InvalidOperationException("The channel is closed.");
            }

            broker.Take(delivery, multiple);
        }
    }
}
