using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Sovereignty.Audit.Bench;

/// <summary>When each message was done with: acknowledged, and so durable where the consumer makes it so.</summary>
internal sealed class Received(int expected) : IReceiveObserver
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<Guid, long> _done = new();
    private long _first;
    private int _left = expected;

    public Task All => _all.Task;

    /// <summary>From the beginning of the first to the end of the last.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>When a message was done, by <see cref="Stopwatch"/>.</summary>
    public long DoneAt(Guid message) => _done[message];

    public Task PreReceive(ReceiveContext context)
    {
        Interlocked.CompareExchange(ref _first, Stopwatch.GetTimestamp(), 0);
        return Task.CompletedTask;
    }

    public Task PostReceive(ReceiveContext context)
    {
        _done[Guid.Parse(context.GetPayload<RabbitMqBasicConsumeContext>().Properties.MessageId!)] = Stopwatch.GetTimestamp();

        if (Interlocked.Decrement(ref _left) == 0)
        {
            Elapsed = Stopwatch.GetElapsedTime(_first);
            _all.TrySetResult();
        }

        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception)
    {
        _all.TrySetException(exception);
        return Task.CompletedTask;
    }
}
